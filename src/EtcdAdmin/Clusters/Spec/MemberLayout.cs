namespace EtcdAdmin.Clusters.Spec;

/// <summary>The paths of a member's files on its host. Hosts are POSIX systems, so paths have slashes on every machine.</summary>
/// <param name="Directory">The folder with its data.</param>
/// <param name="ConfigDirectory">The folder for configuration, certificates and keys; on this machine the same.</param>
public sealed record MemberLayout(string Directory, string ConfigDirectory)
{
    /// <summary>etcd's configuration file.</summary>
    public string ConfigFile => ConfigDirectory + "/etcd.conf.yml";

    /// <summary>etcd's <c>data-dir</c>, 0700.</summary>
    public string DataDirectory => Directory + "/data";

    /// <summary>etcd's standard error, if no supervisor stores it.</summary>
    public string LogFile => Directory + "/etcd.log";

    /// <summary>The process id of the running member, without a supervisor.</summary>
    public string PidFile => Directory + "/etcd.pid";

    /// <summary>Its certificates and keys, 0700.</summary>
    public string PkiDirectory => ConfigDirectory + "/pki";

    /// <summary>The authority that verifies clients and peers.</summary>
    public string CaFile => PkiDirectory + "/ca.crt";

    /// <summary>Its certificate for clients.</summary>
    public string ServerCertificateFile => PkiDirectory + "/server.crt";

    /// <summary>The key of the server certificate, 0600.</summary>
    public string ServerKeyFile => PkiDirectory + "/server.key";

    /// <summary>Its certificate for the other members.</summary>
    public string PeerCertificateFile => PkiDirectory + "/peer.crt";

    /// <summary>The key of the peer certificate, 0600.</summary>
    public string PeerKeyFile => PkiDirectory + "/peer.key";
}
