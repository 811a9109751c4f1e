using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Services;

/// <summary>What is said of an etcd that ends when it is started.</summary>
public sealed class EndedMemberTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4", "heartbeat-interval: 5000\n", "heartbeat-interval[5000ms]")]
    [InlineData("3.5", "heartbeat-interval: 5000\n", "heartbeat-interval[5000ms]")]
    [Etcd36Data("3.6", "feature-gates: NoSuchGate=true\n", "unrecognized feature gate: NoSuchGate")]
    [Etcd37Data("3.7", "feature-gates: NoSuchGate=true\n", "unrecognized feature gate: NoSuchGate")]
    public async Task Start_EtcdEnds_SaysWhyAndWhatToDo(string version, string setting, string reason)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, version);
        MemberSpec member = cluster.Spec!.Members[0]; // installed
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "x", cancellationToken: Token);
        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        string segment = Directory.GetFiles(member.WalFolder, "*.wal").Order(StringComparer.Ordinal).Last();

        EtcdException configured = await WithAsync(member.Layout.ConfigFile, text => [.. text, .. Encoding.UTF8.GetBytes(setting)]);
        EtcdException log = await WithAsync(segment, Damaged);
        EtcdException database = await WithAsync(member.DatabaseFile, text => new byte[text.Length]);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{configured.Message}\n{log.Message}\n{log.NextStep}\n{database.Message}\n{database.NextStep}");

        Assert.All(new[] { configured, log, database }, error => Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId));
        Assert.Contains(reason, configured.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Repair-EtcdMember", configured.NextStep, StringComparison.Ordinal);
        Assert.Contains("crc mismatch", log.Message, StringComparison.Ordinal);
        Assert.All(new[] { log, database }, error =>
        {
            Assert.DoesNotContain("goroutine", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("+0x", error.Message, StringComparison.Ordinal);
            Assert.Contains("Get-EtcdRecoveryCandidate", error.NextStep, StringComparison.Ordinal);
            Assert.Contains("Repair-EtcdMember demo-1", error.NextStep, StringComparison.Ordinal);
        });

        // Starts it with a file that was changed, and puts that back.
        async Task<EtcdException> WithAsync(string file, Func<byte[], byte[]> change)
        {
            byte[] before = await File.ReadAllBytesAsync(file, Token);
            await File.WriteAllBytesAsync(file, change(before), Token);
            var error =
                await Assert.ThrowsAsync<EtcdException>(() =>
                    new MemberOperator(_lab.Context).StartAsync(cluster, member.Name, TimeSpan.FromSeconds(30), Token));
            await File.WriteAllBytesAsync(file, before, Token);
            return error;
        }
    }

    [Fact]
    public async Task Start_OneOfThreeAlone_NamesTheQuorumAndTheOthers()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        // Installed.
        foreach (MemberSpec member in cluster.Spec!.Members) await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => new MemberOperator(_lab.Context).StartAsync(cluster, "demo-1", TimeSpan.FromSeconds(3), Token));

        Assert.Equal(EtcdErrorIds.NotHealthy, error.ErrorId);
        Assert.Contains(
            "1 of 3 voters are up, and 2 are needed for a quorum. Members that do not respond: demo-2, demo-3", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("Start-EtcdMember demo-2, demo-3 -Cluster demo", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HostDoesNotAnswerWhetherItRuns_WaitsNoLongerThanAgreed()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0]; // installed
        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        // Whoever opens a pipe that nobody writes to waits for ever.
        Assert.Equal(0, (await ProcessRunner.RunAsync(new ProcessCommand("mkfifo", [member.Layout.PidFile]), Token)).ExitCode);

        try
        {
            var error = await Assert.ThrowsAsync<EtcdException>(
                () =>
                    new MemberGate(_lab.Context).WaitAsync(cluster, member, TimeSpan.FromSeconds(1), Token).WaitAsync(
                        TimeSpan.FromSeconds(30), Token));

            Assert.Equal(EtcdErrorIds.NotHealthy, error.ErrorId);
            Assert.Contains("did not become available within 1 s", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(member.Layout.PidFile);
        }
    }

    private static byte[] Damaged(byte[] log)
    {
        byte[] damaged = [.. log];
        damaged[damaged.AsSpan().IndexOf("/k/"u8)] ^= 0x10; // within what the checksum covers
        return damaged;
    }
}
