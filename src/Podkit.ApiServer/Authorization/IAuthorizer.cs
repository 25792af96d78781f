using Podkit.ApiServer.Authentication;

namespace Podkit.ApiServer.Authorization;

/// <summary>Tells whether someone may do something.</summary>
internal interface IAuthorizer
{
    AuthorizationDecision Authorize(UserInfo user, AuthorizationAttributes attributes);
}
