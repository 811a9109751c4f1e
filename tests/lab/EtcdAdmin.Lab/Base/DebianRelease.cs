namespace EtcdAdmin.Lab;

/// <summary>The operating systems of hosts.</summary>
public enum DebianRelease
{
    /// <summary>Debian 12, systemd 252.</summary>
    Bookworm,

    /// <summary>Debian 13, systemd 257.</summary>
    Trixie,
}
