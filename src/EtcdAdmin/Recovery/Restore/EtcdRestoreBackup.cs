namespace EtcdAdmin.Recovery.Restore;

/// <summary>The data of one member from before a restore, where it was put.</summary>
public sealed record EtcdRestoreBackup
{
    /// <summary>The host it is on.</summary>
    public required string HostName { get; init; }

    /// <summary>The member it was the data of.</summary>
    public required string Member { get; init; }

    /// <summary>The folder that was its <c>data-dir</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The folder that was its <c>wal-dir</c>; null where the log lies in the data folder.</summary>
    public string? WalPath { get; init; }

    /// <summary>SHA-256 of <c>member/snap/db</c> in it, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of that file.</summary>
    public required long Size { get; init; }

    /// <summary>The name of the cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>What <c>Undo-EtcdRestore</c> calls the restore that put it there.</summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// A shell script on that host, for a day without PowerShell: run as root (<c>sh PATH</c>) on every host, it rolls the restore back there. <c>Undo-EtcdRestore</c>
    /// does that for the whole cluster, with checks and proof, and brings the profile back. A member that no unit runs has to be stopped before
    /// (Stop-EtcdMember) and started after.
    /// </summary>
    public required string RollBackScript { get; init; }

    /// <summary>What that script does.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal string RollBackCommand { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{HostName}:{Path}";
}
