using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Checks all hosts before a restore changes anything, and reports all problems at once.</summary>
/// <param name="specs">The cluster before and after.</param>
/// <param name="info">The snapshot that new data is made from; null if kept data is put back.</param>
/// <param name="running">The processes of the running members, by member name.</param>
/// <param name="live">What answers at the members' endpoints.</param>
internal sealed class RestoreHostGuard(
    RestoreSpecs specs, SnapshotInfo? info, IReadOnlyDictionary<string, int> running, IReadOnlyList<LiveMember> live)
{
    // etcd reserves 64 MB for a segment of its log, and the next one while it writes the first (server/storage/wal/wal.go).
    private const long LogBytes = 2 * (64L << 20);

    private readonly List<EtcdException> _problems = [];

    /// <summary>Reads all hosts at once.</summary>
    /// <returns>The surveys by host name.</returns>
    /// <exception cref="EtcdException">A host could not be read.</exception>
    /// <exception cref="AggregateException">Several hosts could not be read.</exception>
    public static async Task<IReadOnlyDictionary<string, RestoreSurvey>> SurveyAsync(
        AdminContext context, RestoreSpecs specs, CancellationToken cancellationToken)
    {
        MemberSpec[] all = [.. specs.All];
        IGrouping<string, MemberSpec>[] hosts = [.. all.GroupBy(member => member.HostName)];
        RestoreSurvey[] surveys = await HostErrors.WhenAllAsync(
            hosts.Select(host => RestoreSurvey.ReadAsync(context, [.. host], all, cancellationToken))).ConfigureAwait(false);
        return hosts.Zip(surveys).ToDictionary(pair => pair.First.Key, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>Reads and checks all hosts.</summary>
    /// <exception cref="EtcdException">The only problem found.</exception>
    /// <exception cref="AggregateException">All problems of all hosts.</exception>
    public static async Task RequireAsync(
        AdminContext context, RestoreSpecs specs, SnapshotInfo? info, IReadOnlyList<LiveMember> live, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, RestoreSurvey> surveys = await SurveyAsync(context, specs, cancellationToken).ConfigureAwait(false);
        new RestoreHostGuard(specs, info, await RunningAsync(context, specs, cancellationToken).ConfigureAwait(false), live).Check(surveys);
    }

    /// <summary>The processes of the running members, by member name.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> RunningAsync(
        AdminContext context, RestoreSpecs specs, CancellationToken cancellationToken)
    {
        var running = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (MemberSpec member in specs.All)
        {
            if ((await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).ProcessId is { } process)
                running[member.Name] = process;
        }

        return running;
    }

    /// <summary>Checks the surveys.</summary>
    /// <exception cref="EtcdException">The only problem found.</exception>
    /// <exception cref="AggregateException">All problems of all hosts.</exception>
    public void Check(IReadOnlyDictionary<string, RestoreSurvey> surveys)
    {
        foreach (IGrouping<string, MemberSpec> host in specs.All.GroupBy(member => member.HostName))
        {
            RestoreSurvey survey = surveys[host.Key];
            CheckSpace(host.Key, [.. host.Where(specs.Restored.Members.Contains)], survey);
            foreach (string name in survey.Unresolved)
            {
                Problem(host.Key, EtcdErrorIds.HostUnreachable, $"cannot resolve the name '{name}', which the members use to reach each other",
                    "Put the name into DNS or into /etc/hosts on all hosts; etcd does not restore without it.");
            }

            foreach (MemberSpec member in host) CheckIdentity(member, survey, surveys.Values);
        }

        if (_problems.Count == 1) throw _problems[0];
        if (_problems.Count > 1) throw new AggregateException(_problems);
    }

    private void CheckSpace(string host, IReadOnlyList<MemberSpec> members, RestoreSurvey survey)
    {
        // The configuration may be on another file system than the data, which is checked below.
        _problems.AddRange(SpaceGuard.Check(
            survey.Host, members.Select(member => new SpaceNeed(member.Layout.ConfigDirectory, SpaceNeed.SmallFiles)),
                "Free some space there, but delete no member's data and no folder named before-restore that you may need. Then run the command "
                    + "again."));
        var needs = members.SelectMany(member => new (string Folder, long Bytes)[]
        {
            (member.Layout.DataDirectory, info is null ? 0 : member.Connection is null ? info.DatabaseSize : 2 * info.DatabaseSize),
            (member.WalPath ?? member.Layout.DataDirectory, LogBytes),
        });
        foreach (IGrouping<string, (string Folder, long Bytes)> need in needs
                     .Where(need => survey.Rooms.ContainsKey(need.Folder)).GroupBy(need => survey.Rooms[need.Folder].MountPoint))
        {
            long bytes = need.Sum(part => part.Bytes);
            long free = need.Min(part => survey.Rooms[part.Folder].FreeBytes);
            if (free >= bytes) continue;
            Problem(host, EtcdErrorIds.DiskFull,
                $"has {Size(free)} left on {need.Key}, and {Size(bytes)} are needed to make the new data beside the old in "
                    + $"{string.Join(" and ", need.Select(part => part.Folder).Distinct())}",
                "Free some space there. Folders named before-restore hold old data that earlier restores kept: a restore cannot be undone without "
                    + "them, so delete only those that you no longer need.");
        }
    }

    /// <summary>Finds any other process that would write to the data, use the member's port, or answer instead of the member.</summary>
    private void CheckIdentity(MemberSpec member, RestoreSurvey survey, IEnumerable<RestoreSurvey> all)
    {
        int? own = running.TryGetValue(member.Name, out int process) ? process : null;
        foreach (DatabaseHolder holder in survey.Holders.Where(holder => holder.Member == member.Name && holder.ProcessId != own))
        {
            Problem(member.HostName, EtcdErrorIds.EtcdExists,
                $"runs another etcd with the data of member {member.Name}, which {member.Unit ?? "EtcdAdmin"} did not start: process "
                    + $"{holder.ProcessId} ({holder.Command})",
                "Find out who started that process and stop it normally (not with kill -9). Then run the command again.");
        }

        if (own is not null) return;
        int[] taken = [.. new[] { member.ClientPort, member.PeerPort }.Where(survey.Host.ListeningPorts.Contains)];
        if (taken.Length > 0)
        {
            Problem(member.HostName, EtcdErrorIds.PortInUse,
                $"has a process listening on port {string.Join(" and ", taken)} although member {member.Name} does not run",
                "Find out what that process is; it may serve other clients. Stop it or move it to another port, because the restored member needs "
                    + "this one. Then run the command again.");
            return;
        }

        bool answers = live.Any(found => found.Name == member.Name && found.Answers);
        bool isReached = all.SelectMany(other => other.Reached)
            .Any(reach => reach.Address == member.Address && reach.Port == member.PeerPort && reach.Answer == ReachAnswer.Open);
        if (!answers && !isReached) return;
        Problem(member.HostName, EtcdErrorIds.EtcdExists,
            $"does not run member {member.Name}, but a server answers at "
                + $"{(answers ? member.ClientUrl(specs.Restored.Tls) : member.PeerUrl(specs.Restored.Tls))}{Origin(member)}",
            "Check first where the name or address leads, and correct it if it leads to a server of another cluster. Stop the server only if it is "
                + "an old member of this cluster. Two members with the same identity would damage both clusters.");
    }

    private string Origin(MemberSpec member)
    {
        Uri peer = member.PeerUrl(specs.Restored.Tls);
        SnapshotMember? known =
            info?.Members.FirstOrDefault(found =>
                found.PeerUrls.Any(url => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Authority == peer.Authority));
        return known is null ? "" : $", the endpoint of member {TerminalText.Line(known.Name)} of the snapshot's cluster";
    }

    private void Problem(string host, string id, string what, string nextStep) =>
        _problems.Add(new EtcdException(id, $"{host} {what}.") { Target = host, NextStep = nextStep });

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB");
}
