using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Drills;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Monitoring.Metrics;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Schedules.Renewals;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Text;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Checks.Facts;

/// <summary>Reads the facts for the checks, all at once: each member, host and file is asked once.</summary>
internal sealed class CheckFactReader(AdminContext context, EtcdCluster cluster, CheckOptions options, CancellationToken cancellationToken)
{
    private const string NotManaged = "EtcdAdmin does not manage the hosts of this cluster.";

    /// <summary>How far back the recorded health is read, at least as far as the forecast needs.</summary>
    public TimeSpan HistoryAge { get; init => field = value > SpaceForecast.Window ? value : SpaceForecast.Window; } = SpaceForecast.Window;

    /// <summary>Reads them. Nothing that fails here makes the whole fail.</summary>
    public async Task<CheckFacts> ReadAsync()
    {
        IReadOnlyList<MemberSpec> specs = cluster.Spec?.Members ?? [];
        Task<ClusterHealth> health = new HealthChecker(context).CheckAsync(
            cluster, new HealthOptions { Timeout = options.Timeout, WarnDays = options.WarnDays }, cancellationToken);
        Task<Fact<MemberList>> list = TryAsync(token => MemberQuery.AskAsync(cluster, options.Timeout, token));
        Task<Fact<AuthStatus>> authentication = TryAsync(
            token => cluster.Client.WithCalls(options.Timeout, retry: false).Auth.StatusAsync(token));
        Task<Fact<IReadOnlyList<EtcdSnapshotSchedule>>> schedules = TryAsync(token => new SnapshotScheduleReader(context).ReadAsync(cluster, token));
        Task<Fact<IReadOnlyList<EtcdMaintenanceSchedule>>> maintenance =
            TryAsync(token => new MaintenanceScheduleReader(context).ReadAsync(cluster, token));
        Task<Fact<IReadOnlyList<EtcdCertificateRenewal>>> renewals = TryAsync(ReadRenewalsAsync);
        Dictionary<string, Task<Fact<MemberHost>>> hosts = ReadHosts(specs);
        Dictionary<string, Task<Fact<EtcdMemberConfiguration>>> configurations = specs.ToDictionary(member => member.Name, member => TryAsync(
            token => new ConfigurationReader(context).Read(cluster, [member.Name], token)[0]), StringComparer.Ordinal);
        Task<Fact<IReadOnlyList<EtcdHealthRecord>>> history = TryAsync(
            token => new HealthHistoryStore(context).ReadAsync(cluster.Name, HistoryAge, token));
        Task<Fact<DrillSearch>> drills = options.DrillAuditPath is { } audit
            ? TryAsync(async token => new DrillSearch(audit, await DrillAudit.FindLastAsync(audit, cluster.Name, token).ConfigureAwait(false)))
            : Task.FromResult(Fact<DrillSearch>.Absent("No audit file of drills was given (-DrillAuditPath)."));
        Task<Fact<ReleaseSupport>> support = TryAsync(token => ReleaseSupport.LoadAsync(context.Home, token));

        ClusterHealth found = await health.ConfigureAwait(false);
        Fact<MemberList> listed = await list.ConfigureAwait(false);
        Task<Fact<SnapshotSearch>> snapshots = TryAsync(token => FindSnapshotAsync(listed, token));
        MemberFacts[] members = await Task.WhenAll(found.Members.Select(
            member => ReadMemberAsync(member, listed.Value, hosts, configurations))).ConfigureAwait(false);
        return new CheckFacts
        {
            Cluster = cluster,
            Options = options,
            Now = context.Clock.GetUtcNow(),
            Health = found,
            Members = members,
            Authentication = await authentication.ConfigureAwait(false),
            Schedules = await schedules.ConfigureAwait(false),
            Maintenance = await maintenance.ConfigureAwait(false),
            Renewals = await renewals.ConfigureAwait(false),
            Snapshots = await snapshots.ConfigureAwait(false),
            Drills = await drills.ConfigureAwait(false),
            Support = await support.ConfigureAwait(false),
            History = await history.ConfigureAwait(false),
        };
    }

    private Task<Fact<T>> TryAsync<T>(Func<CancellationToken, Task<T>> read)
        where T : class => Fact<T>.ReadAsync(read, options.Timeout, context.Clock, cancellationToken);

    private async Task<IReadOnlyList<EtcdCertificateRenewal>> ReadRenewalsAsync(CancellationToken token)
    {
        if (cluster.Spec is not { HasCertificates: true } spec) return [];
        EtcdCertificateRenewal here = await new CertificateRenewalReader(context).ReadAsync(cluster.Name, token).ConfigureAwait(false);
        if (spec.Members.Any(member => member.Connection is null || member.Unit is null)) return [here];
        return [here, .. await new HostRenewalReader(context).ReadAsync(cluster, token).ConfigureAwait(false)];
    }

    private Dictionary<string, Task<Fact<MemberHost>>> ReadHosts(IReadOnlyList<MemberSpec> specs)
    {
        var found = new Dictionary<string, Task<Fact<MemberHost>>>(StringComparer.Ordinal);
        foreach (IGrouping<HostConnection, MemberSpec> host in specs.GroupBy(member => member.Connection ?? HostConnection.Local))
        {
            MemberSpec[] members = [.. host];
            Task<Fact<IReadOnlyList<MemberHost>>> reading = TryAsync(token => MemberHost.ReadAsync(context, members, token));
            foreach (MemberSpec member in members) found[member.Name] = OfAsync(reading, member);
        }

        return found;

        static async Task<Fact<MemberHost>> OfAsync(Task<Fact<IReadOnlyList<MemberHost>>> reading, MemberSpec member)
        {
            Fact<IReadOnlyList<MemberHost>> all = await reading.ConfigureAwait(false);
            return new Fact<MemberHost>(all.Value?.First(one => one.Spec == member), all.Why);
        }
    }

    private async Task<MemberFacts> ReadMemberAsync(
        EtcdHealth health, MemberList? list, Dictionary<string, Task<Fact<MemberHost>>> hosts,
        Dictionary<string, Task<Fact<EtcdMemberConfiguration>>> configurations)
    {
        Member? listed = list?.Members.FirstOrDefault(member => member.Id == health.MemberId);
        MemberSpec? spec = cluster.Spec?.Named(health.Member);
        Task<Fact<MetricPage>> metrics = ReadMetricsAsync(health);
        Uri[] urls = [.. UrlsOf(health, listed, spec).Where(url => url.Scheme == Uri.UriSchemeHttps).Distinct()];
        Fact<ServedCertificate>[] certificates =
            await Task.WhenAll(urls.Select(url => TryAsync(token => ServedCertificate.ReadAsync(url, options.Timeout, context.Clock, token))))
                .ConfigureAwait(false);
        return new MemberFacts(health)
        {
            Listed = listed,
            Spec = spec,
            Metrics = await metrics.ConfigureAwait(false),
            Host = hosts.TryGetValue(health.Member, out Task<Fact<MemberHost>>? host)
                ? await host.ConfigureAwait(false)
                : Fact<MemberHost>.Absent(NotManaged),
            Configuration = configurations.TryGetValue(health.Member, out Task<Fact<EtcdMemberConfiguration>>? configuration)
                ? await configuration.ConfigureAwait(false)
                : Fact<EtcdMemberConfiguration>.Absent(NotManaged),
            Certificates = [.. urls.Zip(certificates)],
        };
    }

    // A member may be reached from here by an address that it does not list.
    private static IEnumerable<Uri> UrlsOf(EtcdHealth health, Member? listed, MemberSpec? spec)
    {
        if (health.Endpoint is { } endpoint) yield return endpoint;
        foreach (Uri url in (listed?.ClientUrls ?? []).Concat(listed?.PeerUrls ?? []).Where(EndpointUrl.IsNetwork)) yield return url;
        if (listed is null && spec?.Adopted is null && spec is not null && health.Endpoint?.Scheme is { } scheme)
            yield return spec.PeerUrl(scheme == Uri.UriSchemeHttps);
    }

    private async Task<Fact<MetricPage>> ReadMetricsAsync(EtcdHealth health)
    {
        if (health is not { Endpoint: { } endpoint, Reachable: true }) return new Fact<MetricPage>(null, "The member does not answer.");
        return await TryAsync(async token =>
        {
            string text = await cluster.Client.ForEndpoint(endpoint).GetMetricsAsync(token).ConfigureAwait(false);
            try
            {
                return new MetricPage(text);
            }
            catch (FormatException e)
            {
                throw MetricErrors.NotMetrics(endpoint, e);
            }
        }).ConfigureAwait(false);
    }

    private async Task<SnapshotSearch> FindSnapshotAsync(Fact<MemberList> list, CancellationToken token)
    {
        string[] places = [UpdateSnapshots.DefaultFolder(context, cluster.Name), .. options.SnapshotPaths];
        NewestSnapshot?[] found = list.Value is { } members
            ? await Task.WhenAll(places.Select(place => NewestSnapshot.FindAsync(cluster, members.Header.ClusterId, place, token)))
                .ConfigureAwait(false)
            : [];
        return new SnapshotSearch(places, found.OfType<NewestSnapshot>().MaxBy(snapshot => snapshot.Created));
    }
}
