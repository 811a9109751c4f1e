using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using YamlDotNet.Core;

namespace EtcdAdmin.Deployment.Members;

/// <summary>Makes the specification of a cluster again from the member list of the cluster.</summary>
/// <remarks>
/// A member that is not in the profile is searched on the hosts with its name and its address, with the connection of the other hosts. Its
/// configuration there must have its name and the token of this cluster.
/// </remarks>
internal sealed class ClusterTruth(AdminContext context, EtcdCluster cluster, IReadOnlyList<Member> members)
{
    private readonly ClusterSpec _spec = cluster.RequireSpec();

    /// <summary>The changes, for a plan; none where profile and cluster match.</summary>
    public IReadOnlyList<string> Changes { get; private set; } = [];

    /// <summary>Reads the hosts of members that are not in the profile.</summary>
    /// <exception cref="EtcdException">ProfileOutdated: the host of such a member could not be found, or an address is not understood.</exception>
    public async Task<ClusterSpec> ReadAsync(CancellationToken cancellationToken)
    {
        Changes = [.. ProfileComparison.Differences(_spec, members)];
        if (Changes.Count == 0) return _spec;
        ClusterSpec spec = _spec;
        foreach (MemberSpec gone in _spec.Members.Where(known => ProfileComparison.Find(members, known, _spec) is null))
            spec = SpecChanges.Without(spec, gone.Name);
        if (spec.Members.Count == 0)
        {
            throw Unknown(
                $"none of its members {string.Join(", ", members.Select(Membership.NameOf))} is in the profile",
                "Check that the addresses of the profile lead to the right cluster.");
        }

        // The bootstrap settings of the members name the old addresses, and are kept.
        spec = SpecChanges.Settled(spec);
        // The other members are removed from it above.
        foreach (MemberSpec known in spec.Members) spec = SpecChanges.Replace(spec, AsReached(known, ProfileComparison.Find(members, known, _spec)!));
        foreach (Member other in members.Where(member => !_spec.Members.Any(known => ProfileComparison.Find([member], known, _spec) is not null)))
        {
            MemberSpec added = await FindAsync(spec, other, cancellationToken).ConfigureAwait(false);
            ClusterSpec settled = SpecChanges.Joining(spec, added, added.Bootstrap!.InitialCluster); // read with it
            spec = SpecChanges.Replace(settled, added);
        }

        return spec with { Former = null };
    }

    private MemberSpec AsReached(MemberSpec known, Member present)
    {
        if (ProfileComparison.Has(present.PeerUrls, known.PeerUrl(_spec.Tls))
            && (!present.IsStarted || ProfileComparison.Has(present.ClientUrls, known.ClientUrl(_spec.Tls)))) return known;
        if (!present.IsStarted || Place(present) is not { } place)
            throw Unknown($"member {known.Name} has the URLs {EtcdConfiguration.Text(present.PeerUrls.Concat(present.ClientUrls))}, "
                + "which differ between clients and peers",
                "Run Set-EtcdConfiguration on the machine that changed these addresses.");
        return known with { Address = place.Host, ClientPort = place.ClientPort, PeerPort = place.PeerPort };
    }

    // EtcdAdmin gives each member one address, for clients and for peers.
    private static (string Host, int ClientPort, int PeerPort)? Place(Member member) =>
        member.ClientUrls is [var client] && member.PeerUrls is [var peer] && client.Host == peer.Host
            ? (client.Host.Trim('[', ']'), client.Port, peer.Port)
            : null;

    private async Task<MemberSpec> FindAsync(ClusterSpec spec, Member member, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        if (member.IsStarted && Place(member) is { } place)
        {
            MemberSpec template = spec.Members[0];
            string[] hosts = template.Connection is null ? [template.HostName] : [.. new[] { member.Name, place.Host }.Distinct()];
            foreach (string host in hosts)
            {
                MemberSpec guess = template with
                {
                    Name = member.Name,
                    HostName = host,
                    Connection = template.Connection is { } way ? way with { HostName = host } : null,
                    Address = place.Host,
                    ClientPort = place.ClientPort,
                    PeerPort = place.PeerPort,
                    BindAddress = null,
                    WalDirectory = null,
                    Volume = null,
                    FormerDirectories = null,
                    Directory = template.Connection is null
                        ? $"{template.Directory[..template.Directory.LastIndexOf('/')]}/{member.Name}"
                        : template.Directory,
                };
                try
                {
                    return await ProveAsync(guess, cancellationToken).ConfigureAwait(false);
                }
                catch (EtcdException e)
                {
                    reasons.Add($"{host}: {e.Message.TrimEnd('.')}");
                }
            }
        }
        else reasons.Add(member.IsStarted ? "EtcdAdmin does not assign such addresses" : "it has not started yet");

        throw Unknown(
            $"member {Membership.NameOf(member)} ({EtcdConfiguration.Text(member.PeerUrls)}) is not in the profile, and its host was not found "
                + $"({string.Join("; ", reasons)})",
            "Copy the profile from the machine that added the member. "
                + "Only if no machine has that profile, remove the member (Remove-EtcdMember) and add a new one in its place (Add-EtcdMember).");
    }

    private static string ReadScript => ShellScript.Of(typeof(ClusterTruth), "read-member-configuration");

    private async Task<MemberSpec> ProveAsync(MemberSpec guess, CancellationToken cancellationToken)
    {
        var script = new HostScript(ReadScript) { Arguments = [guess.Layout.ConfigFile, guess.Unit is { } unit ? SystemdUnit.Path(unit) : ""] };
        string file = await context.HostOf(guess)
            .RunRequiredAsync($"read the configuration of member {guess.Name}", script, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, string> settings;
        try
        {
            settings = FlatSettings.Read(file);
        }
        catch (YamlException e)
        {
            throw Unknown($"{guess.Layout.ConfigFile} is not YAML ({e.Message})", "");
        }

        string Value(string name) => settings.GetValueOrDefault(name, "");
        if (Value("name") != guess.Name || Value("initial-cluster-token") != _spec.Token)
            throw Unknown($"{guess.Layout.ConfigFile} is the configuration of another member ('{Value("name")}') or has another cluster token", "");
        if (file.Contains("\n# volume: ", StringComparison.Ordinal)) throw Unknown($"member {guess.Name} has a file system of its own, "
            + "which only the profile on the machine that added the member describes", "");
        string data = Value("data-dir"), log = Value("wal-dir"), bind = Addresses(Value("listen-client-urls"));
        return guess with
        {
            Directory = data.EndsWith("/data", StringComparison.Ordinal) ? data[..^"/data".Length] : guess.Directory,
            ConfigDirectory = guess.Layout.ConfigDirectory,
            WalDirectory = log.EndsWith("/wal", StringComparison.Ordinal) ? log[..^"/wal".Length] : null,
            BindAddress = bind == guess.Address ? null : bind,
            Bootstrap = new MemberBootstrap(Value("initial-cluster"), Joined: Value("initial-cluster-state") == "existing"),
        };
    }

    private static string Addresses(string urls) =>
        string.Join(',', urls.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url).Host.Trim('[', ']')));

    private EtcdException Unknown(string why, string nextStep) => new(
        EtcdErrorIds.ProfileOutdated, $"Members and addresses of cluster '{cluster.Name}' cannot be copied to its profile: {why}.")
    {
        Target = cluster.Name,
        NextStep = nextStep.Length == 0 ? null : nextStep,
    };
}
