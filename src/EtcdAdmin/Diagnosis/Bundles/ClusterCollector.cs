using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Configuration;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>Reads what a support bundle has of a cluster as a whole: its members, their status, alarms and metrics, and its profile.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="filter">Removes secrets before anything is written.</param>
internal sealed class ClusterCollector(AdminContext context, EtcdCluster cluster, SecretFilter filter)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file, no page
    };

    /// <summary>Reads all parts at once.</summary>
    public Task<BundlePart[]> ReadAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Part("the member list", MembersAsync, cancellationToken),
        Part("status and alarms", HealthAsync, cancellationToken),
        Part("the profile", ProfileAsync, cancellationToken),
        Part("the differences to the profile", DifferencesAsync, cancellationToken),
        Part("the metrics", MetricsAsync, cancellationToken));

    private Task<BundlePart> Part(string what, Func<CancellationToken, Task<IReadOnlyList<BundleFile>>> read, CancellationToken cancellationToken) =>
        BundlePart.ReadAsync(char.ToUpperInvariant(what[0]) + what[1..], read, Limit, context.Clock, cancellationToken);

    private async Task<IReadOnlyList<BundleFile>> MembersAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdMember> members = await new MemberReader(context).ReadAsync(cluster, CallLimit, cancellationToken).ConfigureAwait(false);
        return [File("members.json", JsonSerializer.Serialize(members.Select(member => new
        {
            member.Name,
            Id = member.Id?.ToString(),
            State = member.State.ToString(),
            Version = member.Version?.ToString(),
            member.StorageVersion,
            member.DowngradeTarget,
            ClientUrls = member.ClientUrls.Select(url => url.ToString()),
            PeerUrls = member.PeerUrls.Select(url => url.ToString()),
            member.HostName,
            member.ProcessId,
        }), Json))];
    }

    private async Task<IReadOnlyList<BundleFile>> HealthAsync(CancellationToken cancellationToken)
    {
        ClusterHealth health = await new HealthChecker(context)
            .CheckAsync(cluster, new HealthOptions { SavesRevision = false, CheckDisk = true }, cancellationToken).ConfigureAwait(false);
        MemberStatus?[] statuses = await Task.WhenAll(health.Members.Select(member => StatusAsync(member.Endpoint, cancellationToken)))
            .ConfigureAwait(false);
        return
        [
            File("health.json", JsonSerializer.Serialize(new
            {
                health.Summary,
                health.Warnings,
                Alarms = health.Alarms?.Select(alarm => new { Member = alarm.Member.ToString(), Type = AlarmAdvice.Name(alarm.Type) }),
                Members = health.Members.Zip(statuses, (member, status) => new
                {
                    member.Member,
                    Id = member.MemberId?.ToString(),
                    Endpoint = member.Endpoint?.ToString(),
                    member.Healthy,
                    member.Reason,
                    member.IsMember,
                    member.Reachable,
                    member.Authorized,
                    member.HasQuorum,
                    member.IsLeader,
                    member.IsLearner,
                    member.RaftLag,
                    Alarms = member.Alarms?.Select(AlarmAdvice.Name),
                    member.DbSizeBytes,
                    member.DbSizeInUseBytes,
                    member.QuotaBytes,
                    member.DiskFreeBytes,
                    member.CertificateDaysLeft,
                    ClockSkewSeconds = member.ClockSkew?.TotalSeconds,
                    RunningVersion = member.RunningVersion?.ToString(),
                    InstalledVersion = member.InstalledVersion?.ToString(),
                    member.StorageVersion,
                    member.DowngradeTarget,
                    LatencyMilliseconds = member.Latency?.TotalMilliseconds,
                    Status = status is null ? null : new
                    {
                        status.Version,
                        Leader = status.Leader.ToString(),
                        status.Header.Revision,
                        status.RaftTerm,
                        status.RaftIndex,
                        status.RaftAppliedIndex,
                        status.Errors,
                    },
                }),
            }, Json)),
        ];
    }

    private async Task<MemberStatus?> StatusAsync(Uri? endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is null) return null;
        try
        {
            return await cluster.Client.ForEndpoint(endpoint).WithCalls(CallLimit, retry: false).Maintenance.StatusAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Errors.EtcdException)
        {
            return null; // the health beside it says why
        }
    }

    private async Task<IReadOnlyList<BundleFile>> ProfileAsync(CancellationToken cancellationToken)
    {
        if (!context.Profiles.Exists(cluster.Name)) return [];
        string path = Path.Combine(context.Profiles.Folder(cluster.Name), "cluster.json");
        return [File("profile.json", await System.IO.File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false))];
    }

    // A host that does not answer is a line here, and a reason in the index by its own part.
    private async Task<IReadOnlyList<BundleFile>> DifferencesAsync(CancellationToken cancellationToken)
    {
        if (cluster.Spec is not { } spec) return [];
        var text = new StringBuilder();
        try
        {
            ClusterDifference members =
                ClusterDifference.Between(spec, await MemberQuery.ListAsync(cluster, CallLimit, cancellationToken).ConfigureAwait(false));
            foreach (string line in members.Missing.Select(member => $"{member.Name}: only in the profile")
                .Concat(members.Unknown.Select(member => $"{member.Name} ({member.Id}): only in the cluster"))
                .Concat(
                    members.Moved.Select(pair => $"{pair.Spec.Name}: the cluster has other peer URLs: {string.Join(", ", pair.Member.PeerUrls)}")))
            {
                text.AppendLine(line);
            }

            if (members.IsEmpty) text.AppendLine("The cluster has the members of the profile.");
        }
        catch (Errors.EtcdException e)
        {
            text.AppendLine($"No member returned the member list: {e.Message}");
        }

        if (cluster.IsAdopted)
        {
            text.AppendLine("Settings are not compared: members were not installed by EtcdAdmin.");
            return [File("differences.txt", text.ToString())];
        }

        foreach (Task<EtcdMemberConfiguration> reading in new ConfigurationReader(context)
            .Read(cluster, spec.Members.Select(member => member.Name), cancellationToken))
        {
            try
            {
                EtcdMemberConfiguration member = await reading.ConfigureAwait(false);
                text.AppendLine(member.IsAsSpecified ? $"{member.Member}: as the profile says" : $"{member.Member}:");
                foreach (EtcdAdmin.Provisioning.Files.EtcdSettingDrift drift in member.Drift) text.AppendLine($"  {drift}");
                if (member.DropIns.Count > 0) text.AppendLine($"  drop-ins of the unit: {string.Join(", ", member.DropIns)}");
                if (member.RestartPending) text.AppendLine("  the configuration was changed after the start of etcd");
            }
            catch (Errors.EtcdException e)
            {
                text.AppendLine($"A member could not be compared: {e.Message}");
            }
        }

        return [File("differences.txt", text.ToString())];
    }

    private async Task<IReadOnlyList<BundleFile>> MetricsAsync(CancellationToken cancellationToken)
    {
        BundleFile?[] read = await Task.WhenAll(cluster.Endpoints.Select(async endpoint =>
        {
            string? metrics = await cluster.Client.ForEndpoint(endpoint).ReadMetricsAsync(cancellationToken).ConfigureAwait(false);
            return metrics is null ? null : File($"metrics-{HostCollector.Safe(endpoint.Authority)}.txt", metrics);
        })).ConfigureAwait(false);
        return [.. read.OfType<BundleFile>()];
    }

    private BundleFile File(string name, string text)
    {
        (string clean, int removed) = filter.Remove(text);
        return new BundleFile($"cluster/{name}", clean) { SecretsRemoved = removed };
    }
}
