namespace EtcdAdmin.Lab;

/// <summary>Options of a host.</summary>
public sealed record HostOptions
{
    /// <summary>The operating system; the default is Debian 12.</summary>
    public DebianRelease Release { get; init; } = DebianRelease.Bookworm;

    /// <summary>Free space of the system disk, in bytes; the default is 2 GiB. It is memory, used only as it is filled.</summary>
    public long SystemDiskBytes { get; init; } = 2L << 30;

    /// <summary>False for a host without systemd, on which only sshd runs.</summary>
    public bool HasSystemd { get; init; } = true;
}
