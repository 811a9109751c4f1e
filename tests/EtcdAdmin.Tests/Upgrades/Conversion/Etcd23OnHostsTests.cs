using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Adoption;
using EtcdAdmin.Upgrades.Conversion;
using EtcdAdmin.Upgrades.Rolling;
using EtcdAdmin.Upgrades.V2Store;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Tests.Upgrades.Conversion;

/// <summary>Clusters of etcd 2.3 are brought to managed ones of etcd 3.0, one member after the other.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class Etcd23OnHostsTests(HostLabFixture lab)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OldEtcdData("2.3", "3.0", "3.1", "3.2")]
    public async Task Convert_ThreeMembersUnderAWriter_KeepsEveryWriteAndTheWayUpIsOpen(string old, string next, params string[] later)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.Etcd23Async(hosts, Names);
        EtcdImport import = await ImportAsync(hosts);
        EtcdCluster cluster = import.Cluster;
        ClusterHealth before = await hosts.HealthAsync(cluster);
        IReadOnlyList<EtcdMember> members = await new MemberReader(hosts.Context).ReadAsync(cluster, TimeSpan.FromSeconds(5), Token);
        EtcdException update = await Assert.ThrowsAsync<EtcdException>(
            async () => await new ClusterUpdater(hosts.Context).PlanAsync(cluster, await Updates.RequestAsync("3.5"), Token));
        EtcdException jump = await Assert.ThrowsAsync<EtcdException>(() => new MemberConverter(hosts.Context).PlanAsync(
            cluster, "n1", new ConversionRequest { Package = new PackageRequest { Version = VersionRequest.Parse("3.1") } }, Token));

        await using var writer = new SteadyV2Writer(cluster);
        var done = new List<EtcdConversion>();
        foreach (string name in await LeaderLastAsync(cluster)) done.Add(await ConvertAsync(hosts, cluster, name, await TargetAsync(next)));
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        await writer.StopAndVerifyAsync(after, Token);
        TestContext.Current.SendDiagnosticMessage(
            $"2.3 to 3.0 on three hosts: {writer.Acknowledged} writes, longest gap {writer.LongestGap.TotalMilliseconds:0} ms, members down "
            + string.Join(", ", done.Select(one => $"{one.Downtime?.TotalSeconds:0.0} s")));

        Assert.True(before.Healthy, before.Summary);
        Assert.All(before.Members, member => Assert.Equal((old, null), (LineOf(member), member.DbSizeBytes)));
        Assert.Single(members, member => member.State == MemberState.Leader);
        Assert.Contains(import.Capabilities, group => group is { Group: "Conversion, to etcd 3.0", Works: true });
        Assert.Contains(import.Capabilities, group => group is { Works: false, Reason: not null } && group.Commands.Contains("Update-EtcdCluster"));
        Assert.Equal((EtcdErrorIds.UpgradeRefused, EtcdErrorIds.UpgradeRefused), (update.ErrorId, jump.ErrorId));
        Assert.Contains("Get-EtcdMember theirs | Convert-EtcdMember", update.NextStep, StringComparison.Ordinal);
        Assert.Contains("Convert-EtcdMember -Version 3.0", jump.NextStep, StringComparison.Ordinal);
        Assert.InRange(writer.LongestGap, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.All(
            done, one => Assert.True(one.ArchiveSha256 is { Length: 64 } && one.Version == after.Spec!.Version && one.Downtime > TimeSpan.Zero));
        Assert.Equal((new EtcdVersion(3, 0, 17), null), (after.Spec!.Version, after.Migration));
        Assert.All(after.Spec.Members, member => Assert.Equal((null, null), (member.Version, member.Adopted)));
        ClusterHealth health = await hosts.HealthAsync(after);
        Assert.True(health.Healthy, string.Join("; ", health.Members.Select(member => member.Reason)));
        await after.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        foreach (string version in (string[])[.. later, "3.3", "3.4", "3.5"])
            after = await Updates.RunAsync(hosts.Context, after, await Updates.RequestAsync(version));
        Assert.Equal("precious", (await after.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
        V2Findings found = await V2Scanner.ScanAsync(hosts.Context, after.Spec!.Members[0], Token);
        Assert.Equal(writer.Acknowledged, found.Keys);
    }

    [Theory]
    [OldEtcdData("2.3", "3.0")]
    public async Task Convert_WithTlsAndASeparateLog_AndAMemberThatServesButIsNotAccepted_GoesBackTo23WithItsWrites(string old, string next)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.SecureEtcd23Async(hosts, Names);
        EtcdCluster cluster = (await ImportAsync(hosts)).Cluster;
        await using var writer = new SteadyV2Writer(cluster);
        string[] order = await LeaderLastAsync(cluster);
        string first = order[0];

        // It starts, joins and writes to its log; then the proof fails, as of a member whose version is not the wanted one.
        Operation<EtcdConversion> operation = await PlanAsync(hosts, cluster, first, await TargetAsync(next));
        Plan plan = operation.Plan;
        int start = plan.Planned.ToList().FindIndex(step => step.Text.Kind == StepKind.StartMember);
        for (int i = 0; i <= start; i++) await plan.Planned[i].Act(null, Token);
        await Poll.UntilAsync(
            async () => (await hosts.LookAsync(first, "journalctl -u etcd.service -o cat")).Contains("published", StringComparison.Ordinal), Token);
        await Task.Delay(TimeSpan.FromSeconds(2), Token); // writes arrive at it
        string database = await hosts.LookAsync(first, "ls /srv/etcd-data/data/member/snap/db");
        for (int i = start; i >= 0; i--)
        {
            if (plan.Planned[i].Undo is { } undo) await undo(null, Token);
        }

        Assert.Contains("/member/snap/db", database, StringComparison.Ordinal);
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.All(after.Spec!.Members, member => Assert.NotNull(member.Adopted));
        ClusterHealth back = await hosts.HealthAsync(after);
        Assert.True(back.Healthy, string.Join("; ", back.Members.Select(member => member.Reason)));
        Assert.All(back.Members, member => Assert.Equal(old, LineOf(member)));
        Assert.Equal("active", (await hosts.LookAsync(first, "systemctl is-active own-etcd.service")).Trim());

        foreach (string name in order) await ConvertAsync(hosts, after, name, await TargetAsync(next));
        after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        await writer.StopAndVerifyAsync(after, Token);
        Assert.Equal(new EtcdVersion(3, 0, 17), after.Spec!.Version);
        Assert.Equal(120, after.Spec.Tuning.HeartbeatInterval?.TotalMilliseconds);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
    }

    [Theory]
    [OldEtcdData("2.3", "3.0")]
    public async Task Convert_ABrokenProgramAndAnInterruption_LeaveTheClusterWholeAndTheNextRunCarriesOn(string old, string next)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.Etcd23Async(hosts, Names);
        EtcdCluster cluster = (await ImportAsync(hosts)).Cluster;
        await using var writer = new SteadyV2Writer(cluster);
        string[] order = await LeaderLastAsync(cluster);
        PackageRequest target = await TargetAsync(next);
        await hosts.LookAsync(
            order[0], "mkdir -p /opt/etcd/3.0.17 && printf '#!/bin/sh\nexit 1\n' >/opt/etcd/3.0.17/etcd && chmod 755 /opt/etcd/3.0.17/etcd");

        Operation<EtcdConversion> broken = await PlanAsync(hosts, cluster, order[0], target);
        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => broken.RunAsync(null, Token));
        ClusterHealth back = await hosts.HealthAsync(cluster);
        await hosts.LookAsync(order[0], "rm -rf /opt/etcd");
        // Killed when it was stopped; meanwhile clients write more than etcd 3.0 could catch up with.
        foreach (PlannedStep step in (await PlanAsync(hosts, cluster, order[0], target)).Plan.Planned
            .TakeWhile(step => step.Text.Kind != StepKind.StartMember))
            await step.Act(null, Token);
        await FloodAsync(cluster.Reaching([cluster.Spec!.Named(order[2])!.ClientUrl(false)]));
        Operation<EtcdConversion> late = await PlanAsync(hosts, cluster, order[0], target);
        EtcdException lag = await Assert.ThrowsAsync<EtcdException>(() => late.RunAsync(null, Token));
        ClusterHealth caughtUp = await hosts.HealthAsync(cluster);
        await ConvertAsync(hosts, cluster, order[0], target);
        // As if the process had been killed after each step of the second member.
        for (int done = 0; done < 12; done++)
        {
            cluster = await hosts.Context.Profiles.LoadAsync("theirs", Token);
            if (cluster.Spec!.Named(order[1])!.Adopted is null) break;
            Plan plan = (await PlanAsync(hosts, cluster, order[1], target)).Plan;
            for (int step = 0; step <= Math.Min(done, plan.Planned.Count - 1); step++) await plan.Planned[step].Act(null, Token);
        }

        // Once all run etcd 3.0 and have agreed on it, the last one is not taken back.
        Operation<EtcdConversion> last = await PlanAsync(hosts, cluster, order[2], target);
        int start = last.Plan.Planned.ToList().FindIndex(step => step.Text.Kind == StepKind.StartMember);
        for (int i = 0; i <= start; i++) await last.Plan.Planned[i].Act(null, Token);
        await Poll.UntilAsync(() => GuardBefore3.HasSettledAsync(cluster, Token), Token);
        foreach (PlannedStep step in last.Plan.Planned.Take(start + 1)
            .Where(step => step.Undo is not null && step.Text.Kind != StepKind.NoteInProfile))
            await Assert.ThrowsAsync<StepNotUndoneException>(() => step.Undo!(null, Token)); // it has one
        await ConvertAsync(hosts, cluster, order[2], target);
        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        await writer.StopAndVerifyAsync(after, Token);

        Assert.Contains(failed.ErrorId, new[] { EtcdErrorIds.MemberStartFailed, EtcdErrorIds.NotHealthy });
        Assert.True(back.Healthy, string.Join("; ", back.Members.Select(member => member.Reason)));
        Assert.All(back.Members, member => Assert.Equal(old, LineOf(member)));
        Assert.Equal(EtcdErrorIds.UpgradeRefused, lag.ErrorId);
        Assert.Contains("entries were written to the log of the other members", lag.Message, StringComparison.Ordinal);
        Assert.Contains("rolled back", lag.Message, StringComparison.Ordinal);
        Assert.True(caughtUp.Healthy, string.Join("; ", caughtUp.Members.Select(member => member.Reason)));
        Assert.All(caughtUp.Members, member => Assert.Equal(old, LineOf(member)));
        Assert.Contains(last.Warnings, warning => warning.Contains("none can go back", StringComparison.Ordinal));
        Assert.Contains(broken.Warnings, warning => warning.Contains("it goes back to etcd 2.3", StringComparison.Ordinal));
        Assert.Null(after.Migration);
        Assert.Equal(new EtcdVersion(3, 0, 17), after.Spec!.Version);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
    }

    private static Task FloodAsync(EtcdCluster cluster) => Task.WhenAll(Enumerable.Range(0, 32).Select(async writer =>
    {
        for (int i = 0; i < 200; i++)
        {
            using Api2Answer answer = await cluster.Client.Api2.SendAsync(HttpMethod.Put, $"/v2/keys/flood/{writer}?value={i}", Token);
            Assert.True(answer.IsSuccess);
        }
    }));

    private static string? LineOf(EtcdHealth member) => member.RunningVersion is { } version ? MinorLine.Of(version).ToString() : null;

    private static async Task<EtcdImport> ImportAsync(HostCluster hosts) => await new ClusterImporter(hosts.Context).ImportAsync(
        new ImportRequest { Name = "theirs", Hosts = [.. Names.Select(name => hosts.To(name))] }, Token);

    private static async Task<PackageRequest> TargetAsync(string version) => new() { Path = (await EtcdBinaries.GetAsync(version)).Folder };

    private static async Task<string[]> LeaderLastAsync(EtcdCluster cluster)
    {
        string? leader = await MemberReader.FindLeaderAsync(cluster, Token);
        Assert.NotNull(leader);
        return [.. Names.OrderBy(name => name == leader)];
    }

    private static Task<Operation<EtcdConversion>> PlanAsync(HostCluster hosts, EtcdCluster cluster, string member, PackageRequest target) =>
        new MemberConverter(hosts.Context).PlanAsync(
            cluster, member, new ConversionRequest { Package = target, Timeout = TimeSpan.FromSeconds(30) }, Token);

    private static async Task<EtcdConversion> ConvertAsync(HostCluster hosts, EtcdCluster cluster, string member, PackageRequest target) =>
        await (await PlanAsync(hosts, cluster, member, target)).RunAsync(null, Token);
}
