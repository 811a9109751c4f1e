namespace EtcdAdmin.Tests.Support;

/// <summary>A folder that goes when the test does.</summary>
public sealed class TempFolder : IDisposable
{
    /// <param name="parent">Where it goes; null for where temporary files go.</param>
    public TempFolder(string? parent = null) => Path = parent is null
        ? Directory.CreateTempSubdirectory("etcdadmin-test-").FullName
        : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"etcdadmin-test-{Guid.NewGuid():n}")).FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (tries < 40)
            {
                // What was given up may still write, or take its own file away: then the folder changes while it is deleted.
                Thread.Sleep(50);
            }
        }
    }
}
