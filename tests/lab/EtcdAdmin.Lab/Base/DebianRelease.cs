namespace EtcdAdmin.Lab;

/// <summary>What a host runs.</summary>
public enum DebianRelease
{
    /// <summary>Debian 12, systemd 252.</summary>
    Bookworm,

    /// <summary>Debian 13, systemd 257.</summary>
    Trixie,
}
