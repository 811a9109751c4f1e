using System.Diagnostics;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>Three hosts get new certificates and another authority while clients write and watch.</summary>
[Collection(VersionsHostLab.Name)]
public sealed class RotationOnHostsTests(HostLabFixture lab)
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_UnderAWriterAndAWatcher_LosesNoWriteAndNoEvent()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        EtcdCluster cluster = await hosts.InstallAsync(Names);
        await using SteadyWriter writer = SteadyWriter.Start(hosts.Context.Profiles, "prod");
        await using SteadyWatcher watcher = SteadyWatcher.Start(hosts.Context.Profiles, "prod");
        await Poll.UntilAsync(() => writer.Acknowledged > 0, Token);

        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<EtcdCertificate> renewed =
            await (await new CertificateRenewer(hosts.Context).PlanAsync(cluster, new RenewalRequest(), Token)).RunAsync(null, Token);
        Say("renewal", start, writer);
        Assert.Equal(7, renewed.Count); // two of each member, and the operator's
        Assert.Equal(0, writer.MostFailures);

        EtcdCluster before = await hosts.Context.Profiles.LoadAsync("prod", Token);
        writer.ForgetGap();
        start = Stopwatch.GetTimestamp();
        EtcdAuthority authority = await (await PlanAsync(hosts, before)).RunAsync(
            EventTrigger.OnMessage("Prove that all members show certificates of the new authority", writer.LookUpAgain), Token);
        Say("replacement of the authority", start, writer);

        Assert.True((await hosts.HealthAsync(authority.Cluster)).Healthy);
        Assert.InRange(writer.MostFailures, 0, 1);

        writer.ForgetGap();
        start = Stopwatch.GetTimestamp();
        authority = await (await new AuthorityReplacer(hosts.Context).PlanAsync(
            authority.Cluster, new AuthorityRequest { Emergency = true }, Token)).RunAsync(null, Token);
        Say("emergency", start, writer);
        Assert.True((await hosts.HealthAsync(authority.Cluster)).Healthy);
        IReadOnlySet<string> written = await writer.StopAndFindAsync(Token);
        writer.RequireAll(written);
        await watcher.RequireEachOnceAsync(written, Token);
    }

    private static Task<Operation<EtcdAuthority>> PlanAsync(HostCluster hosts, EtcdCluster cluster) =>
        new AuthorityReplacer(hosts.Context).PlanAsync(cluster, new AuthorityRequest(), Token);

    private static void Say(string what, long start, SteadyWriter writer) => TestContext.Current.TestOutputHelper?.WriteLine(
        $"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, longest gap of writes {writer.LongestGap.TotalMilliseconds:0} ms, "
            + $"{writer.MostFailures} failures in a row");
}
