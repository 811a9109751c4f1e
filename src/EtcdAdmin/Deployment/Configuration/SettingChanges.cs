using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Settings;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>Makes specifications with changed settings.</summary>
internal static class SettingChanges
{
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static ClusterSpec Apply(ClusterSpec old, ConfigurationRequest request)
    {
        EtcdTuning tuning = new SettingRules(old.Version, request.Force).Apply(old.Tuning, request.Tuning, request.Extra, replaces: false);
        if (request.ClientPort is { } client) CheckPort(old, client);
        if (request.PeerPort is { } peer) CheckPort(old, peer);
        if (request.BindAddress is { } bind) Addresses.CheckBind(bind);
        MemberSpec[] members = [.. old.Members.Select(member => member with
        {
            ClientPort = request.ClientPort ?? member.ClientPort,
            PeerPort = request.PeerPort ?? member.PeerPort,
            BindAddress = request.BindAddress?.Replace(" ", "", StringComparison.Ordinal) ?? member.BindAddress,
            // The bootstrap settings of a member name the old ports. etcd no longer reads them, so they are kept.
            Bootstrap = member.Bootstrap
                ?? (request.PeerPort is null ? null : new MemberBootstrap(EtcdConfiguration.InitialCluster(old), Joined: false)),
        })];
        if (members.FirstOrDefault(member => member.ClientPort == member.PeerPort) is { } clash)
            throw SpecRules.Invalid($"clients and peers of {clash.HostName} cannot share port {clash.ClientPort}");
        return old with
        {
            Members = members,
            Tuning = tuning,
            RequiresClientCertificates = request.RequiresClientCertificates ?? old.RequiresClientCertificates,
            VersionHold = request.VersionHold is { } change ? change.Hold : old.VersionHold,
        };
    }

    private static void CheckPort(ClusterSpec spec, int port)
    {
        Addresses.CheckPort(port);
        if (spec.Members.GroupBy(member => member.HostName).Any(host => host.Count() > 1))
            throw SpecRules.Invalid($"several members share a host, so they cannot all have port {port}");
    }
}
