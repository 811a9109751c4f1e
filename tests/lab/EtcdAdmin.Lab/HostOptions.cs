namespace EtcdAdmin.Lab;

/// <summary>How a host is made.</summary>
public sealed record HostOptions
{
    /// <summary>What it runs; Debian 12 unless told.</summary>
    public DebianRelease Release { get; init; } = DebianRelease.Bookworm;

    /// <summary>Room for what is written to its system disk, in bytes; 2 GiB unless told. It is memory, used as it is filled.</summary>
    public long SystemDiskBytes { get; init; } = 2L << 30;

    /// <summary>False for a host on which nothing but sshd runs, without systemd.</summary>
    public bool HasSystemd { get; init; } = true;
}
