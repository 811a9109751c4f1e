using EtcdAdmin.Events;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Keeps other processes out while this one fills a part of the cache. The system releases the lock if this process dies.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the lock is free. Dispose the result to release it.</summary>
    /// <param name="path">The lock file; it is kept, empty.</param>
    /// <param name="waiting">The message, sent once, if another process holds the lock.</param>
    /// <param name="events">Receives the message.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
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

    // .NET passes errno on as HResult: EWOULDBLOCK is 11 on Linux and 35 on macOS; Windows: ERROR_SHARING_VIOLATION. Other errors, for instance a
    // read-only file system, would never end by waiting.
    private static bool IsHeldByAnother(IOException e) => OperatingSystem.IsWindows()
        ? e.HResult == unchecked((int)0x80070020)
        : e.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
