using EtcdAdmin.Events;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Keeps other processes out while this one fills a part of the cache. The system lets go of it if this process dies.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the lock is free. Dispose what comes back to free it.</summary>
    /// <param name="path">The lock file; it is left behind, empty.</param>
    /// <param name="waiting">What to tell the user once when somebody else holds it.</param>
    /// <param name="events">Where to tell it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<IDisposable> AcquireAsync(string path, string waiting, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? throw new ArgumentException("A full path is needed.", nameof(path)));
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (isFirst) events.Warning(waiting);
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // .NET hands on errno as HResult: EWOULDBLOCK is 11 on Linux and 35 on macOS; Windows: ERROR_SHARING_VIOLATION. Everything
    // else, a read-only file system for instance, would be waited for without end.
    private static bool IsHeldByAnother(IOException e) => OperatingSystem.IsWindows()
        ? e.HResult == unchecked((int)0x80070020)
        : e.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
