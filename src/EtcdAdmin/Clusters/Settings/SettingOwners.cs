namespace EtcdAdmin.Clusters.Settings;

/// <summary>Who decides the settings that are not given as settings, and the command that does it.</summary>
internal static class SettingOwners
{
    // Flags of etcd, and parts of nested entries, that have no line of their own in the table.
    private static readonly (string Name, SettingOwner Owner)[] Others =
    [
        ("client-transport-security.", SettingOwner.Tls), ("peer-transport-security.", SettingOwner.Tls), ("peer-", SettingOwner.Tls),
        ("cert-file", SettingOwner.Tls), ("key-file", SettingOwner.Tls), ("ca-file", SettingOwner.Tls), ("trusted-ca-file", SettingOwner.Tls),
        ("client-cert-", SettingOwner.Tls), ("client-key-", SettingOwner.Tls), ("client-crl-", SettingOwner.Tls), ("auto-tls", SettingOwner.Tls),
        ("initial-cluster", SettingOwner.Members), ("initial-advertise", SettingOwner.Address), ("advertise-", SettingOwner.Address),
        ("listen-", SettingOwner.Listening), ("discovery", SettingOwner.Discovery), ("proxy", SettingOwner.Proxy),
        ("log-rotation", SettingOwner.Logging), ("log-output", SettingOwner.Logging), ("config-file", SettingOwner.Name),
    ];

    /// <summary>Who decides a name that the table does not have; null where nobody does.</summary>
    public static SettingOwner? Find(string name) =>
        Others.Where(other => name.StartsWith(other.Name, StringComparison.OrdinalIgnoreCase)).Select(other => (SettingOwner?)other.Owner).FirstOrDefault();

    /// <summary>Whether a setting may be given as any other.</summary>
    public static bool IsFree(SettingOwner owner) => owner is SettingOwner.Operator or SettingOwner.Tuning;

    /// <summary>Whether a name that a profile holds is for an operator to give. Any other is never written to the configuration of a member.</summary>
    public static bool IsFree(string name) => Of(name) is not { } owner || IsFree(owner);

    /// <summary>Who decides a name, in whatever case; null where nobody does and no release knows it.</summary>
    public static SettingOwner? Of(string name) => EtcdSettingTable.Find(name)?.Owner ?? Find(name.Trim());

    /// <summary>Why it is refused, to follow the name, and what to do instead.</summary>
    public static (string Reason, string NextStep) Explain(SettingOwner owner) => owner switch
    {
        SettingOwner.Data => ("says where the data of a member is", "Use Move-EtcdData, which moves the data with the setting."),
        SettingOwner.Log => ("says where the write-ahead log of a member is; etcd would not find its log there",
            "Use -WalDirectory of Install-EtcdCluster or Add-EtcdMember for a new member, and Move-EtcdData to move the data of one that is there."),
        SettingOwner.Members => ("says who belongs to the cluster", "Use Add-EtcdMember, Remove-EtcdMember or Repair-EtcdMember."),
        SettingOwner.Recovery => ("makes each member forget all others", "Use Repair-EtcdCluster, which rebuilds a cluster after a loss of the quorum."),
        SettingOwner.Name => ("is decided when a member is installed", "Use -MemberName of Add-EtcdMember for a new member."),
        SettingOwner.Listening => ("says where a member listens", "Use -ClientPort, -PeerPort or -BindAddress of Set-EtcdConfiguration, or -MetricsUrl for metrics."),
        SettingOwner.Address => ("says where a member is reached", "Use -ClientPort or -PeerPort of Set-EtcdConfiguration, or -Address of Install-EtcdCluster and Add-EtcdMember."),
        SettingOwner.Tls => ("is about certificates and keys, which EtcdAdmin issues itself", "Use Install-EtcdCluster, with -NoTls for a cluster without TLS, and -CipherSuite for cipher suites."),
        SettingOwner.Discovery => ("says how members find each other, and EtcdAdmin names them itself", "Use -HostName of Install-EtcdCluster, or Add-EtcdMember."),
        SettingOwner.Proxy => ("makes etcd a proxy, and EtcdAdmin runs members only", "Leave it out."),
        SettingOwner.Logging => ("says where the log goes; EtcdAdmin reads it from the journal, or from the log file of a local member", "Use 'log-level' for more or less of it."),
        SettingOwner.MembershipCheck => ("is always on: without it a change of members can cost the quorum", "Leave it out."),
        _ => ("is decided by EtcdAdmin", "Leave it out."),
    };
}
