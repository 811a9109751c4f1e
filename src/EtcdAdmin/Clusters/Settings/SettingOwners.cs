namespace EtcdAdmin.Clusters.Settings;

/// <summary>The settings that EtcdAdmin sets itself, and the commands for them.</summary>
internal static class SettingOwners
{
    // Flags of etcd, and parts of nested entries, without their own entry in the table.
    private static readonly (string Name, SettingOwner Owner)[] Others =
    [
        ("client-transport-security.", SettingOwner.Tls), ("peer-transport-security.", SettingOwner.Tls), ("peer-", SettingOwner.Tls),
        ("cert-file", SettingOwner.Tls), ("key-file", SettingOwner.Tls), ("ca-file", SettingOwner.Tls), ("trusted-ca-file", SettingOwner.Tls),
        ("client-cert-", SettingOwner.Tls), ("client-key-", SettingOwner.Tls), ("client-crl-", SettingOwner.Tls), ("auto-tls", SettingOwner.Tls),
        ("initial-cluster", SettingOwner.Members), ("initial-advertise", SettingOwner.Address), ("advertise-", SettingOwner.Address),
        ("listen-", SettingOwner.Listening), ("discovery", SettingOwner.Discovery), ("proxy", SettingOwner.Proxy),
        ("log-rotation", SettingOwner.Logging), ("log-output", SettingOwner.Logging), ("config-file", SettingOwner.Name),
    ];

    /// <summary>The owner of a name that is not in the table; null if it has none.</summary>
    public static SettingOwner? Find(string name) =>
        Others.Where(other => name.StartsWith(other.Name, StringComparison.OrdinalIgnoreCase)).Select(other => (SettingOwner?)other.Owner)
        .FirstOrDefault();

    /// <summary>Whether the operator may set it.</summary>
    public static bool IsFree(SettingOwner owner) => owner is SettingOwner.Operator or SettingOwner.Tuning;

    /// <summary>Whether the operator may set a name in a profile. Other names are never written to the configuration of a member.</summary>
    public static bool IsFree(string name) => Of(name) is not { } owner || IsFree(owner);

    /// <summary>The owner of a name, in upper or lower case; null if it has none and no release knows it.</summary>
    public static SettingOwner? Of(string name) => EtcdSettingTable.Find(name)?.Owner ?? Find(name.Trim());

    /// <summary>Why the setting is refused, to follow its name, and what to do instead.</summary>
    public static (string Reason, string NextStep) Explain(SettingOwner owner) => owner switch
    {
        SettingOwner.Data => ("is the data directory of a member", "Use Move-EtcdData, which moves the data and changes the setting."),
        SettingOwner.Log => ("is the directory of a member's write-ahead log; etcd would not find its log after a change",
            "Use -WalDirectory of Install-EtcdCluster or Add-EtcdMember for a new member, and Move-EtcdData to move the data of an existing member."),
        SettingOwner.Members => ("sets the members of the cluster", "Use Add-EtcdMember, Remove-EtcdMember or Repair-EtcdMember."),
        SettingOwner.Recovery => ("makes each member forget all other members", "Use Repair-EtcdCluster, which rebuilds a cluster after a loss of "
            + "the quorum."),
        SettingOwner.Name => ("is set when a member is installed", "Use -MemberName of Add-EtcdMember for a new member."),
        SettingOwner.Listening => ("sets the addresses that a member listens on",
            "Use -ClientPort, -PeerPort or -BindAddress of Set-EtcdConfiguration, or -MetricsUrl for metrics."),
        SettingOwner.Address => ("sets the addresses that a member advertises to clients and to other members",
            "Use -ClientPort or -PeerPort of Set-EtcdConfiguration, or -Address of Install-EtcdCluster and Add-EtcdMember."),
        SettingOwner.Tls =>
            ("is about certificates and keys, which EtcdAdmin issues itself", "Use -ClientCertificate and -CipherSuite of Set-EtcdConfiguration, "
                + "or the setting tls-min-version. Whether a cluster uses TLS is changed with Enable-EtcdTls and Disable-EtcdTls."),
        SettingOwner.Discovery => ("sets how members find each other, which EtcdAdmin configures itself",
            "Use -HostName of Install-EtcdCluster, or Add-EtcdMember."),
        SettingOwner.Proxy => ("makes etcd a proxy, but EtcdAdmin runs only members", "Remove this setting."),
        SettingOwner.Logging => ("sets the destination of the log; "
            + "EtcdAdmin reads the log from the journal, or from the log file of a local member", "Use 'log-level' for more or fewer log messages."),
        SettingOwner.MembershipCheck => ("is always on: without it a change of members can lose the quorum", "Remove this setting."),
        _ => ("is set by EtcdAdmin", "Remove this setting."),
    };
}
