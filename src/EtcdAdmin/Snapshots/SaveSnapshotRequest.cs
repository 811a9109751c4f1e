using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>The snapshot to take, its format and its destination.</summary>
public sealed record SaveSnapshotRequest
{
    /// <summary>
    /// A folder, created if it does not exist; or a file path with the extension of the format (<see cref="SnapshotFormat.Extension"/>).
    /// </summary>
    public required string Destination { get; init; }

    /// <summary>The member to take the snapshot from. Null: the healthy member with the newest data, preferably a follower.</summary>
    public string? Member { get; init; }

    /// <summary>How the file is compressed; not compressed by default. <see cref="SnapshotCompression.Tar"/> is not supported for saving.</summary>
    public SnapshotCompression Compression { get; init; }

    /// <summary>The recipients to encrypt the snapshot for; null does not encrypt.</summary>
    public SnapshotRecipients? Recipients { get; init; }

    /// <summary>
    /// How the file is encrypted, if there are recipients. Null: <see cref="SnapshotEncryption.Cms"/> for a database of at most 1.5 GB,
    /// which other tools can open; <see cref="SnapshotEncryption.Container"/> for a larger one.
    /// </summary>
    public SnapshotEncryption? Encryption { get; init; }

    /// <summary>Returns the format of the file.</summary>
    /// <param name="databaseSize">Bytes of the database.</param>
    internal SnapshotFormat FormatFor(long databaseSize) => new(Compression, (Recipients, Encryption) switch
    {
        (null, _) => SnapshotEncryption.None,
        (_, { } chosen) => chosen,
        _ => databaseSize <= CmsSnapshot.LargestForOpenssl ? SnapshotEncryption.Cms : SnapshotEncryption.Container,
    });

    /// <summary>The save is cancelled if no byte arrives for this time. Default 30 s. The total time is not limited.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Refuses a destination that is a single file, for saving several snapshots.</summary>
    /// <exception cref="EtcdException">InvalidArgument.</exception>
    public void RequireFolder()
    {
        if (!SnapshotName.IsFile(Destination)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{Destination}' is a single file, but several clusters would be saved to it.")
        {
            Target = Destination,
            NextStep = "Use a folder as destination. Each snapshot gets its own file name in the folder.",
        };
    }
}
