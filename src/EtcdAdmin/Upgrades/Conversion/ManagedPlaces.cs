using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Volumes;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The places of a converted member: those that Install-EtcdCluster uses, with the data on the file system where it is.</summary>
internal static class ManagedPlaces
{
    private const string DebianData = "/var/lib/etcd/default";
    private const string UsualDirectory = "/var/lib/etcd";

    /// <summary>The member after its conversion.</summary>
    /// <param name="old">The adopted member.</param>
    /// <exception cref="EtcdException">NotSupported: it cannot be described as a managed member. SpecInvalid: its folder cannot be used.</exception>
    public static MemberSpec Of(MemberSpec old)
    {
        AdoptedMember adopted = old.Adopted!; // it is converted
        bool tls = adopted.ClientUrl.Scheme == "https";
        MemberSpec managed = old with
        {
            Adopted = null,
            Directory = StorageRules.DataPath(adopted.ConvertsTo ?? DirectoryFor(adopted)),
            ConfigDirectory = "/etc/etcd",
            WalDirectory = adopted.WalDirectory is { } wal ? SpecRules.HostPath(wal) : null,
            BinDirectory = "/opt/etcd",
            Unit = HostMembers.Unit,
            User = "etcd",
        };
        // A managed member has one address and one scheme for both URLs. With other URLs the other members and clients would not find it.
        if (managed.ClientUrl(tls) != adopted.ClientUrl || managed.PeerUrl(tls) != adopted.PeerUrl)
        {
            throw Unsupported(old,
                $"its client URL {EndpointUrl.Show(adopted.ClientUrl)} and its peer URL {EndpointUrl.Show(adopted.PeerUrl)} differ in host or "
                    + "scheme, but a managed member has one address, with TLS for both or for neither",
                "Give it URLs with the same host and scheme, import the cluster again, then run the command again.");
        }

        return managed;
    }

    /// <summary>The refusal to convert a member that cannot be described as a managed one.</summary>
    public static EtcdException Unsupported(MemberSpec member, string why, string nextStep) => new(EtcdErrorIds.NotSupported,
        $"Member {member.Name} cannot be converted: {why}. Nothing was changed.")
    {
        Target = member.Name,
        NextStep = nextStep,
    };

    // A snap's folders are removed with it. Otherwise the data stays on its file system, in a folder of its own below the old one.
    private static string DirectoryFor(AdoptedMember adopted) =>
        adopted.Kind == AdoptedKind.Snap || adopted.DataDirectory == DebianData ? UsualDirectory : adopted.DataDirectory;
}
