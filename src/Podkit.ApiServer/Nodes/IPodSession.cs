namespace Podkit.ApiServer;

/// <summary>A command that is about to run in a container, or a container's own program that is about to be attached to.</summary>
public interface IPodSession
{
    /// <summary>Runs the command to its end, or follows the program until it or its input's sender ends.</summary>
    /// <param name="streams">What it reads and writes. None of them is closed.</param>
    /// <param name="cancellationToken">Kills the command with all that it has started; only leaves a program that was attached to.</param>
    /// <returns>The exit code of the command; 0 for an attached program.</returns>
    /// <exception cref="KubeletException">The command could not be run.</exception>
    Task<int> RunAsync(PodSessionStreams streams, CancellationToken cancellationToken);
}
