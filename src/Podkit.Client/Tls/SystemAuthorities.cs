using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.Client.Tls;

/// <summary>
/// The framework's cache of the system's authorities. Where it verifies by OpenSSL, it reads them all before the first verification of a process, even one
/// that is to trust none of them: a tenth of a second. Begun early, that happens beside what else a first call takes: files, connection, metadata.
/// </summary>
internal static class SystemAuthorities
{
    // A thread of its own: where there is one processor, the pool has one thread at first, and the call needs it.
    private static readonly Lazy<Task> Reading = new(() => OperatingSystem.IsLinux()
        ? Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
        : Task.CompletedTask);

    /// <summary>
    /// Begins to fill the cache, once in a process. The task ends when it is full, and never fails: what cannot be read the verification meets again, and
    /// tells. No verification may begin before: it would read them all as well.
    /// </summary>
    public static Task ReadAsync() => Reading.Value;

    private static void Read()
    {
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly);
            foreach (var authority in store.Certificates) authority.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Told by the verification.
        }
    }
}
