namespace EtcdAdmin.Recovery.Restore;

/// <summary>The old data of one member, kept by a restore.</summary>
public sealed record EtcdRestoreBackup
{
    /// <summary>The member's host.</summary>
    public required string HostName { get; init; }

    /// <summary>The member's name.</summary>
    public required string Member { get; init; }

    /// <summary>The folder on the host that holds the old <c>data-dir</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The folder on the host that holds the old <c>wal-dir</c>; null if the write-ahead log is in the data folder.</summary>
    public string? WalPath { get; init; }

    /// <summary>SHA-256 of <c>member/snap/db</c> in this folder, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of <c>member/snap/db</c> in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The id of the restore that kept this data, for <c>Undo-EtcdRestore</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// A shell script on that host that rolls the restore back there if PowerShell is not available: run it as root (<c>sh PATH</c>) on every
    /// host. <c>Undo-EtcdRestore</c> does the same for the whole cluster, with checks and proof, and also brings the profile back. If the member
    /// does not run as a systemd unit, stop it first (Stop-EtcdMember) and start it afterwards.
    /// </summary>
    public required string RollBackScript { get; init; }

    /// <summary>The commands in that script.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal string RollBackCommand { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{HostName}:{Path}";
}
