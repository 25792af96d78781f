using Podkit.ApiServer.Authentication;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>The bindings of one namespace, or those of the cluster, by whom they are for.</summary>
internal sealed class SubjectIndex
{
    private readonly Dictionary<string, List<Grant>> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Grant>> groups = new(StringComparer.Ordinal);

    /// <summary>Adds a binding of the namespace; the namespace is empty for bindings of the cluster.</summary>
    public void Add(string ns, string name, BindingContent binding)
    {
        foreach (var subject in binding.Subjects)
        {
            var grant = new Grant(ns, name, binding.Role, subject);
            switch (subject.Kind)
            {
                case "User":
                    Add(users, subject.Name, grant);
                    break;
                case "Group":
                    Add(groups, subject.Name, grant);
                    break;
                case "ServiceAccount" when (string.IsNullOrEmpty(subject.Namespace) ? ns : subject.Namespace) is { Length: > 0 } account:
                    Add(users, ServiceAccounts.UserName(account, subject.Name), grant);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The bindings for that user name, or null.</summary>
    public List<Grant>? OfUser(string name) => users.GetValueOrDefault(name);

    /// <summary>The bindings for that group, or null.</summary>
    public List<Grant>? OfGroup(string name) => groups.GetValueOrDefault(name);

    private static void Add(Dictionary<string, List<Grant>> index, string key, Grant grant)
    {
        if (index.TryGetValue(key, out var grants)) grants.Add(grant);
        else index[key] = [grant];
    }
}
