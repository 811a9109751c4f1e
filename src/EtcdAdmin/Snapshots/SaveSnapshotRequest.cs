using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Snapshots;

/// <summary>What snapshot to take and where to put it.</summary>
public sealed record SaveSnapshotRequest
{
    /// <summary>A folder, made if it is not there; or the name of the file, ending as its form asks for (<see cref="SnapshotFormat.Extension"/>).</summary>
    public required string Destination { get; init; }

    /// <summary>The member to take it from; null takes the freshest healthy one, a follower rather than the leader.</summary>
    public string? Member { get; init; }

    /// <summary>How it is packed; <see cref="SnapshotCompression.Tar"/> is never written. By default not at all.</summary>
    public SnapshotCompression Compression { get; init; }

    /// <summary>For whom it is encrypted; null does not encrypt.</summary>
    public SnapshotRecipients? Recipients { get; init; }

    /// <summary>The form that comes of it.</summary>
    public SnapshotFormat Form => new(Compression, Recipients is not null);

    /// <summary>How long no byte may arrive before the stream is given up. Default 30 s; the whole may take as long as it takes.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Refuses a destination that is one file, for several snapshots.</summary>
    /// <exception cref="EtcdException">InvalidArgument.</exception>
    public void RequireFolder()
    {
        if (!SnapshotName.IsFile(Destination)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{Destination}' names one file, and several clusters are to be saved.")
        {
            Target = Destination,
            NextStep = "Name a folder; each snapshot gets a name of its own in it.",
        };
    }
}
