using System.Globalization;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots;

/// <summary>The path and name of a new snapshot file.</summary>
/// <param name="Path">Path of the file to write.</param>
/// <param name="Part">The part file; it reserves the name for this snapshot.</param>
internal sealed record SnapshotName(string Path, FileStream Part)
{
    // Extensions that mark a destination as a file rather than a new folder; longer ones first.
    private static readonly string[] Endings = [".tar.gz", ".tgz", ".db.gz", ".gz", ".zip", ".tar", ".db", ".enc"];

    // Extensions that other programs use for snapshot files. EtcdAdmin never writes them, but an operator who types one does not mean a folder.
    private static readonly string[] OtherEndings = [".snap", ".snapshot", ".bak", ".backup", ".bin", ".dump"];

    /// <summary>The name inside an archive, without an extension; every tool can read it.</summary>
    public string Bare
    {
        get
        {
            const int LongestInTar = 90; // of 100: an extension is appended
            string name = Without(System.IO.Path.GetFileName(Path));
            return name.Length <= LongestInTar && Ascii.IsValid(name) ? name : "etcd-snapshot";
        }
    }

    /// <summary>Chooses and reserves the path of the file to write; creates the folder if it does not exist.</summary>
    /// <param name="destination">A folder, or a file with the extension of the format.</param>
    /// <param name="format">The format of the snapshot.</param>
    /// <param name="now">The time when the snapshot is taken.</param>
    /// <exception cref="EtcdException">
    /// InvalidArgument: the file's extension belongs to another format. FileExists: the named file exists. DiskFull, FileWriteFailed.
    /// </exception>
    public static SnapshotName Choose(string destination, SnapshotFormat format, DateTimeOffset now)
    {
        string path = System.IO.Path.GetFullPath(destination);
        bool isFile = IsFile(path);
        if (isFile) RequireExtension(path, format);
        PrivateFolder.Create(isFile ? System.IO.Path.GetDirectoryName(path)! : path); // a full path other than the root has a folder
        if (isFile) return new SnapshotName(path, AtomicFile.TryReserve(path, AtomicFile.OwnerOnly) ?? throw Taken(path));

        string name = Of(now);
        // Several clusters may be saved into one folder within the same second.
        for (int i = 1; ; i++)
        {
            string number = i == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{i}");
            string free = System.IO.Path.Combine(path, name + number + format.Extension);
            if (AtomicFile.TryReserve(free, AtomicFile.OwnerOnly) is { } part) return new SnapshotName(free, part);
        }
    }

    /// <summary>The name without an extension, in UTC, in the format of the older tools.</summary>
    public static string Of(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"etcd-snapshot-{now.UtcDateTime:yyyy-MM-dd-HH.mm.ss}");

    /// <summary>Whether a destination is a single file, which can receive only one snapshot.</summary>
    public static bool IsFile(string destination) => !Directory.Exists(destination)
        && (File.Exists(destination) || Endings.Concat(OtherEndings).Any(ending => destination.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    private static void RequireExtension(string path, SnapshotFormat format)
    {
        string[] fitting = format switch
        {
            { IsEncrypted: true } => [".enc"],
            { Compression: SnapshotCompression.None } => [".db"],
            { Compression: SnapshotCompression.TarGz } => [".tar.gz", ".tgz"],
            { Compression: SnapshotCompression.Zip } => [".zip"],
            _ => [".gz"],
        };
        bool isOther = format.Compression == SnapshotCompression.Gzip && path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);
        if (!isOther && fitting.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument,
            $"The format of the snapshot is '{format}', but '{path}' does not have the extension {format.Extension}.")
        {
            Target = path,
            NextStep = $"Use a file name that ends in {format.Extension}, or use a folder.",
        };
    }

    private static string Without(string name) =>
        Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found && found.Length < name.Length
            ? Without(name[..^found.Length])
            : name;

    private static EtcdException Taken(string path)
    {
        bool isThere = System.IO.Path.Exists(path);
        return new EtcdException(EtcdErrorIds.FileExists,
            isThere ? $"'{path}' already exists." : $"Another save to '{path}' is in progress, or was interrupted less than ten minutes ago.")
        {
            Target = path,
            NextStep = isThere
                ? "Choose another name."
                : "Choose another name. The name of an interrupted save becomes available again after ten minutes.",
        };
    }
}
