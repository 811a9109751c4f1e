namespace EtcdAdmin.Clusters.Spec;

/// <summary>The paths of a member's files on its host. Hosts are POSIX systems, so paths have slashes on every machine.</summary>
/// <param name="Directory">The folder with its data.</param>
/// <param name="ConfigDirectory">The folder for configuration, certificates and keys; on this machine the same.</param>
public sealed record MemberLayout(string Directory, string ConfigDirectory)
{
    /// <summary>The places of a member that EtcdAdmin did not install; null for its own.</summary>
    public AdoptedMember? Adopted { get; init; }

    /// <summary>etcd's configuration file. An adopted member without one has its settings in its environment file or unit.</summary>
    public string ConfigFile => Adopted is { } own
        ? own.ConfigFile ?? own.EnvironmentFile ?? own.UnitFile ?? own.Program
        : ConfigDirectory + "/etcd.conf.yml";

    /// <summary>etcd's <c>data-dir</c>, 0700.</summary>
    public string DataDirectory => Adopted?.DataDirectory ?? Directory + "/data";

    /// <summary>etcd's standard error, if no supervisor stores it.</summary>
    public string LogFile => Directory + "/etcd.log";

    /// <summary>The process id of the running member, without a supervisor.</summary>
    public string PidFile => Directory + "/etcd.pid";

    /// <summary>Its certificates and keys, 0700.</summary>
    public string PkiDirectory => ConfigDirectory + "/pki";

    /// <summary>The authority that verifies clients, and peers too unless they have a separate one.</summary>
    public string CaFile => Adopted?.CaFile ?? PkiDirectory + "/ca.crt";

    /// <summary>The authority that verifies peers, in a cluster with a separate one (<see cref="ClusterSpec.SeparatePeerAuthority"/>).</summary>
    public string PeerCaFile => Adopted is null ? PkiDirectory + "/peer-ca.crt" : Adopted.PeerCaFile ?? CaFile;

    /// <summary>The list of revoked certificates, DER.</summary>
    public string RevocationFile => PkiDirectory + "/revoked.crl";

    /// <summary>Its certificate for clients.</summary>
    public string ServerCertificateFile => Adopted?.ServerCertificateFile ?? PkiDirectory + "/server.crt";

    /// <summary>The key of the server certificate, 0600.</summary>
    public string ServerKeyFile => Adopted?.ServerKeyFile ?? PkiDirectory + "/server.key";

    /// <summary>Its certificate for the other members.</summary>
    public string PeerCertificateFile => Adopted?.PeerCertificateFile ?? PkiDirectory + "/peer.crt";

    /// <summary>The key of the peer certificate, 0600.</summary>
    public string PeerKeyFile => Adopted?.PeerKeyFile ?? PkiDirectory + "/peer.key";
}
