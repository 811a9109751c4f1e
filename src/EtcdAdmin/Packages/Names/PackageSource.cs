namespace EtcdAdmin.Packages.Names;

/// <summary>Where an etcd package comes from.</summary>
public enum PackageSource
{
    /// <summary>A file or folder that was named.</summary>
    File,

    /// <summary>The local package cache.</summary>
    Cache,

    /// <summary>The programs of clusters that are installed on this machine.</summary>
    Installed,

    /// <summary>The programs on this machine's PATH.</summary>
    Path,

    /// <summary>The official release layout at a base URL.</summary>
    Release,

    /// <summary>The packages of this machine's Debian or Ubuntu mirror.</summary>
    Apt,
}
