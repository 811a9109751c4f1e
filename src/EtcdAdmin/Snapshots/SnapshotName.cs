using System.Globalization;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots;

/// <summary>Where a snapshot goes and what it is called.</summary>
/// <param name="Path">Of the file to write.</param>
/// <param name="Part">Its part file, which keeps the name for this snapshot.</param>
internal sealed record SnapshotName(string Path, FileStream Part)
{
    // Endings by which a destination is known for a file rather than a folder to be made; longer ones first.
    private static readonly string[] Endings = [".tar.gz", ".tgz", ".db.gz", ".gz", ".zip", ".tar", ".db", ".enc"];

    // What others call a snapshot's file. None of ours is called so, but who types it does not mean a folder either.
    private static readonly string[] OtherEndings = [".snap", ".snapshot", ".bak", ".backup", ".bin", ".dump"];

    /// <summary>What it is called in an archive, without an ending: what every tool can read.</summary>
    public string Bare
    {
        get
        {
            const int LongestInTar = 90; // of 100, as something is put behind it
            string name = Without(System.IO.Path.GetFileName(Path));
            return name.Length <= LongestInTar && Ascii.IsValid(name) ? name : "etcd-snapshot";
        }
    }

    /// <summary>Chooses the path of the file to write and takes it; makes the folder if it is not there.</summary>
    /// <param name="destination">A folder, or a file that ends as the form asks for.</param>
    /// <param name="form">In what form it will be.</param>
    /// <param name="now">When it is taken.</param>
    /// <exception cref="EtcdException">
    /// InvalidArgument: the file's name is that of another form. FileExists: the file was named and is there. DiskFull, FileWriteFailed.
    /// </exception>
    public static SnapshotName Choose(string destination, SnapshotFormat form, DateTimeOffset now)
    {
        string path = System.IO.Path.GetFullPath(destination);
        bool isFile = IsFile(path);
        if (isFile) RequireEnding(path, form);
        PrivateFolder.Create(isFile ? System.IO.Path.GetDirectoryName(path)! : path); // a full path that is not a root has a folder
        if (isFile) return new SnapshotName(path, AtomicFile.TryReserve(path, AtomicFile.OwnerOnly) ?? throw Taken(path));

        string name = Of(now);
        // Several clusters saved within the same second into one folder.
        for (int i = 1; ; i++)
        {
            string number = i == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{i}");
            string free = System.IO.Path.Combine(path, name + number + form.Extension);
            if (AtomicFile.TryReserve(free, AtomicFile.OwnerOnly) is { } part) return new SnapshotName(free, part);
        }
    }

    /// <summary>The name without an ending, as the older tools made it; in UTC.</summary>
    public static string Of(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"etcd-snapshot-{now.UtcDateTime:yyyy-MM-dd-HH.mm.ss}");

    /// <summary>Whether a destination names one file, which takes one snapshot only.</summary>
    public static bool IsFile(string destination) => !Directory.Exists(destination)
        && (File.Exists(destination) || Endings.Concat(OtherEndings).Any(ending => destination.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    private static void RequireEnding(string path, SnapshotFormat form)
    {
        string[] fitting = form switch
        {
            { IsEncrypted: true } => [".enc"],
            { Compression: SnapshotCompression.None } => [".db"],
            { Compression: SnapshotCompression.TarGz } => [".tar.gz", ".tgz"],
            { Compression: SnapshotCompression.Zip } => [".zip"],
            _ => [".gz"],
        };
        bool isOther = form.Compression == SnapshotCompression.Gzip && path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);
        if (!isOther && fitting.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument,
            $"The snapshot is to be saved as '{form}', and '{path}' is not named so.")
        {
            Target = path,
            NextStep = $"Let the name end in {form.Extension}, or name a folder.",
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
            isThere ? $"'{path}' exists already." : $"Another snapshot is just being saved as '{path}', or was until a few minutes ago.")
        {
            Target = path,
            NextStep = isThere ? "Choose another name." : "Choose another name; what a save that was killed has left gives the name free after ten minutes.",
        };
    }
}
