namespace EtcdAdmin.Lab;

/// <summary>A lock between processes of this machine; it ends with the process that holds it.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock. Dispose the stream to release the lock.</summary>
    /// <exception cref="LabException">Another process held the lock for as long as <paramref name="limit"/>.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        DateTime end = DateTime.UtcNow + limit;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                if (DateTime.UtcNow > end) throw new LabException($"Another process has held the lock {path} for {limit}.", e);
                await Task.Delay(Interval, cancellationToken);
            }
        }
    }
}
