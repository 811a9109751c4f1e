using System.Globalization;

namespace EtcdAdmin.Snapshots;

/// <summary>Where a snapshot goes and what it is called.</summary>
internal static class SnapshotName
{
    private const string Extension = ".db";

    /// <summary>The path of the file to write; makes the folder if it is not there.</summary>
    /// <param name="destination">A folder, or a file that ends in <c>.db</c>.</param>
    /// <param name="now">When it is taken.</param>
    /// <exception cref="EtcdException">FileExists: the file was named and is there. FileWriteFailed: the folder cannot be made.</exception>
    public static string Choose(string destination, DateTimeOffset now)
    {
        string path = Path.GetFullPath(destination);
        bool isFile = !Directory.Exists(path) && path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
        PrivateFolder.Create(isFile ? Path.GetDirectoryName(path)! : path); // a full path that is not a root has a folder
        if (isFile) return path;

        string name = string.Create(CultureInfo.InvariantCulture, $"etcd-snapshot-{now.UtcDateTime:yyyy-MM-dd-HH.mm.ss}");
        string free = Path.Combine(path, name + Extension);
        // Two clusters saved within the same second into one folder.
        for (int i = 2; Path.Exists(free) || Path.Exists(free + ".part"); i++) free = Path.Combine(path, $"{name}-{i}{Extension}");
        return free;
    }
}
