namespace EtcdAdmin.Clusters.Spec;

/// <summary>Where the files of a member are on its host. Hosts are POSIX systems, so paths have slashes whatever this machine has.</summary>
/// <param name="Directory">The folder that holds its data.</param>
/// <param name="ConfigDirectory">The folder for configuration, certificates and keys; on this machine the same.</param>
public sealed record MemberLayout(string Directory, string ConfigDirectory)
{
    /// <summary>What etcd is started with.</summary>
    public string ConfigFile => ConfigDirectory + "/etcd.conf.yml";

    /// <summary>etcd's <c>data-dir</c>, 0700.</summary>
    public string DataDirectory => Directory + "/data";

    /// <summary>What etcd writes to standard error, where no supervisor takes it.</summary>
    public string LogFile => Directory + "/etcd.log";

    /// <summary>The process id of the running member, where no supervisor knows it.</summary>
    public string PidFile => Directory + "/etcd.pid";

    /// <summary>Its certificates and keys, 0700.</summary>
    public string PkiDirectory => ConfigDirectory + "/pki";

    /// <summary>The authority that clients and peers are checked against.</summary>
    public string CaFile => PkiDirectory + "/ca.crt";

    /// <summary>What it shows its clients.</summary>
    public string ServerCertificateFile => PkiDirectory + "/server.crt";

    /// <summary>The key of that, 0600.</summary>
    public string ServerKeyFile => PkiDirectory + "/server.key";

    /// <summary>What it shows the other members.</summary>
    public string PeerCertificateFile => PkiDirectory + "/peer.crt";

    /// <summary>The key of that, 0600.</summary>
    public string PeerKeyFile => PkiDirectory + "/peer.key";
}
