namespace EtcdAdmin.Lab;

/// <summary>A lock that processes of this machine hold against each other; it ends with the process that has it.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock; disposing the stream gives it back.</summary>
    /// <exception cref="LabException">Somebody else had it for as long as <paramref name="limit"/>.</exception>
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
                if (DateTime.UtcNow > end) throw new LabException($"Another process has had {path} locked for {limit}.", e);
                await Task.Delay(Interval, cancellationToken);
            }
        }
    }
}
