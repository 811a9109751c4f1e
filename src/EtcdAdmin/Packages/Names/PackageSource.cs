namespace EtcdAdmin.Packages.Names;

/// <summary>The source of an etcd package.</summary>
public enum PackageSource
{
    /// <summary>A given file or folder.</summary>
    File,

    /// <summary>The local package cache.</summary>
    Cache,

    /// <summary>The programs of clusters on this machine.</summary>
    Installed,

    /// <summary>The programs on this machine's PATH.</summary>
    Path,

    /// <summary>The official release layout at a base URL.</summary>
    Release,

    /// <summary>The packages of this machine's Debian or Ubuntu mirror.</summary>
    Apt,
}
