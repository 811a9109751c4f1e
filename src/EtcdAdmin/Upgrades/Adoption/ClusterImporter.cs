using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Imports a cluster that others installed: finds its members on their hosts, and saves a profile. Changes nothing on the hosts.</summary>
/// <param name="context">The environment.</param>
public sealed class ClusterImporter(AdminContext context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Imports a cluster.</summary>
    /// <param name="request">The hosts, and what the operator gives.</param>
    /// <param name="cancellationToken">Cancels the reading; nothing is saved then.</param>
    /// <exception cref="EtcdException">
    /// AlreadyExists: the name belongs to another cluster. EtcdNotFound: a host has none, or several. SpecInvalid: the hosts are not those of
    /// all members, or a member cannot be described. EtcdExists: EtcdAdmin installed it. CertificateInvalid: no authority or client certificate.
    /// Or why a host or the cluster does not answer.
    /// </exception>
    /// <exception cref="AggregateException">The errors of several hosts.</exception>
    public async Task<EtcdImport> ImportAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterName.Check(request.Name, "cluster");
        EtcdCluster? existing = context.Profiles.Exists(request.Name)
            ? await context.Profiles.LoadAsync(request.Name, cancellationToken).ConfigureAwait(false)
            : null;
        var reader = new InstallationReader(context);
        EtcdInstallation[] found = await HostErrors.WhenAllAsync(request.Hosts.Distinct()
            .Select(async host => Only(host.HostName, await reader.ReadAsync(host, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        ImportedTls tls = await ImportedTls.FetchAsync(context, request, found, cancellationToken).ConfigureAwait(false);
        var asked = new EtcdCluster(request.Name, Endpoints(found))
        {
            Tls = tls.Tls,
            Credential = request.Credential,
            IsBefore3 = found.Any(one => one.Version is { Major: < 3 }),
        };
        MemberList list = await MemberQuery.AskAsync(asked, Patience, cancellationToken).ConfigureAwait(false);
        Dictionary<Member, EtcdInstallation> places = Match(request.Name, list, found);
        var warnings = new List<string>();
        ClusterSpec spec = Spec(request.Name, list, places, warnings);
        if (existing is not null && !IsSame(existing, spec)) throw Taken(request.Name);
        EtcdCluster cluster = asked.WithSpec(spec with { VersionHold = existing?.VersionHold });
        await context.Profiles.SaveAsync(cluster, cancellationToken).ConfigureAwait(false);
        return new EtcdImport(cluster, ImportCapabilities.Of(cluster, tls.WithoutTools))
        {
            Installations = found,
            ClientCertificate = tls.Source,
            Warnings = warnings,
        };
    }

    private static EtcdInstallation Only(string host, IReadOnlyList<EtcdInstallation> all)
    {
        EtcdInstallation[] running = [.. all.Where(found => found is { IsRunning: true, Kind: not null })];
        if (running is [var only]) return only;
        if (running.Length == 0 && all.Select(found => found.Cluster).OfType<string>().FirstOrDefault() is { } cluster)
        {
            throw new EtcdException(EtcdErrorIds.EtcdExists, $"{host} runs a member of cluster '{cluster}', which EtcdAdmin installed.")
            {
                Target = host,
                NextStep = $"Use the profile of cluster '{cluster}' from the machine that installed it.",
            };
        }

        string stopped = all.Count > 0 ? $"; {string.Join(", ", all.Select(found => found.Source))} does not run" : "";
        throw new EtcdException(EtcdErrorIds.EtcdNotFound, running.Length == 0
            ? $"{host} runs no etcd{stopped}."
            : $"{host} runs {running.Length} etcds ({string.Join(", ", running.Select(found => found.Source))}), and a "
                + "host can have one member only.")
        {
            Target = host,
            NextStep =
                running.Length == 0 ? "Start it, or leave the host out if it has no member." : "Stop those that are not members of this cluster.",
        };
    }

    // The URLs that members tell clients to use; with discovery-srv the peers find each other by DNS, but clients do not.
    private static IReadOnlyList<Uri> Endpoints(EtcdInstallation[] found)
    {
        Uri[] told = [.. found.SelectMany(one => one.ClientUrls).Distinct()];
        Uri[] reachable = [.. told.Where(url => !url.IsLoopback)];
        if (reachable.Length > 0) return reachable;
        if (found.All(one => one.Connection.IsLocal) && told.Length > 0) return told;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"The etcd on {found[0].HostName} tells clients to use "
                + $"{(told.Length == 0 ? "http://localhost:2379 (its default)" : EndpointUrl.Show(told[0]))}, which only its own host can reach.")
        {
            Target = found[0].HostName,
            NextStep = "Set advertise-client-urls and listen-client-urls of that etcd to an address that this machine can reach, restart it, then "
                + "run the command again.",
        };
    }

    private static Dictionary<Member, EtcdInstallation> Match(string name, MemberList list, EtcdInstallation[] found)
    {
        var places = new Dictionary<Member, EtcdInstallation>();
        foreach (EtcdInstallation one in found)
        {
            Member member = list.Members.FirstOrDefault(known => one.MemberId is { } id ? known.Id.ToString() == id : known.Name == one.Name)
                ?? throw Mismatch(
                    one.HostName, $"{one.HostName} runs member {one.MemberId ?? one.Name} of cluster {one.ClusterId ?? "(unknown)"}, which "
                        + $"is not a member of the cluster on the other hosts ({list.Header.ClusterId})",
                    "Leave it out, or import it under another name.");
            if (!places.TryAdd(member, one))
                throw Mismatch(one.HostName, $"{one.HostName} and {places[member].HostName} are the same host", "Give each host once.");
        }

        Member[] missing = [.. list.Members.Where(member => !places.ContainsKey(member))];
        if (missing.Length == 0) return places;
        string[] texts = [.. missing.Select(member =>
            $"{(member.IsStarted ? member.Name : member.Id.ToString())} ({string.Join(", ", member.PeerUrls.Select(EndpointUrl.Show))})")];
        throw Mismatch(name,
            $"Cluster '{name}' has {list.Members.Count} members, but the hosts given run {found.Length} of them. Missing: {string.Join(", ", texts)}",
            "Add the hosts of these members to -HostName, by names that ssh knows. Remove members that are lost for good "
                + "first (etcdctl member remove).");
    }

    private static ClusterSpec Spec(
        string name, MemberList list, Dictionary<Member, EtcdInstallation> places, List<string> warnings)
    {
        Member[] members = [.. list.Members.OrderBy(member => member.IsLearner).ThenBy(member => member.Name, StringComparer.Ordinal)];
        EtcdVersion[] versions = [.. members.Select(member => places[member].Version).OfType<EtcdVersion>().Distinct()];
        EtcdVersion? version = versions.Length == 0 ? null : versions.Min();
        if (versions.Length > 1) warnings.Add($"Its members run different versions: {string.Join(", ", versions.Order())}.");
        MemberSpec[] specs =
        [
            .. members.Select(member => AdoptedSpec.Of(list.Header.ClusterId, member, places[member]) with
            {
                Version = places[member].Version is { } own && own != version ? own : null,
            }),
        ];
        EtcdTuning? tuning = null;
        foreach ((MemberSpec spec, Member member) in specs.Zip(members))
        {
            var left = new List<string>();
            EtcdTuning own = AdoptedTuning.Of(places[member].Settings, version, left);
            warnings.AddRange(left.Select(what => $"Member {spec.Name}: {what}."));
            warnings.AddRange(places[member].Findings.Select(finding => $"Member {spec.Name}: {finding}"));
            if (tuning is null) tuning = own;
            else if (AdoptedTuning.Differences(tuning, own).ToArray() is { Length: > 0 } differences)
                warnings.Add($"Members {specs[0].Name} and {spec.Name} have different settings: {string.Join(", ", differences)}.");
            if (spec.ClientUrl(true).IsLoopback || spec.PeerUrl(true).IsLoopback)
                warnings.Add(
                    $"Member {spec.Name} advertises a loopback address ({EndpointUrl.Show(spec.ClientUrl(true))}), which other hosts cannot reach.");
        }

        return new ClusterSpec
        {
            Version = version,
            // Of no use to the present members; those that are converted get it, and it is unlike every other cluster's.
            Token = ClusterSpec.NewToken(name),
            Members = specs,
            Tls = specs[0].ClientUrl(true).Scheme == "https",
            Tuning = tuning ?? new EtcdTuning(),
            Installed = true,
        };
    }

    // Importing again brings the profile up to date; nothing else may be overwritten.
    private static bool IsSame(EtcdCluster existing, ClusterSpec spec) =>
        existing.Spec is { } old && old.Members.All(member => member.Adopted?.ClusterId == spec.Members[0].Adopted!.ClusterId); // all are adopted

    private static EtcdException Taken(string name) => new(EtcdErrorIds.AlreadyExists, $"There is another cluster with the name '{name}'.")
    {
        Target = name,
        NextStep = "Choose another name.",
    };

    private static EtcdException Mismatch(string target, string what, string nextStep) =>
        new(EtcdErrorIds.SpecInvalid, $"{what}. Nothing was saved.") { Target = target, NextStep = nextStep };
}
