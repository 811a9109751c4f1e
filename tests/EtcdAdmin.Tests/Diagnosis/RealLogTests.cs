using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Diagnosis.Signatures;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>What real members log: nothing that is known as an error while they are healthy, and what is known when they fail.</summary>
public sealed class RealLogTests
{
    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task StartUp_OfAHealthyMember_HasNoKnownError(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        await server.Connect().Kv.PutAsync("a", "b", cancellationToken: Token);
        await server.TerminateAsync(0);

        LogDiagnosis log = Read(server.Log);

        Assert.True(log.Lines > 10, server.Log);
        Assert.Empty(log.Found);
    }

    // While the members start one after the other, those that are up may find that the others are not.
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task StartUp_OfThreeMembersWithTls_HasOnlyWaitingForTheOthers(string version)
    {
        using CertificateAuthority authority = CertificateAuthority.Create("test CA");
        await using EtcdServer server = await EtcdServer.StartAsync(version, new EtcdServerOptions { Members = 3, Authority = authority });

        string[] found = [.. Read(server.Log).Found.Select(error => error.Signature)];

        Assert.Empty(found.Except(["peer-refused", "peer-unreachable", "apply-slow", "disk-slow", "leader-overloaded"]));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Etcd_ThatEndsAtItsStart_LogsAKnownError(string version)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
        using var folder = new TempFolder();
        int[] ports = FreePorts.Take(2);
        string client = $"http://127.0.0.1:{ports[0]}", peer = $"http://127.0.0.1:{ports[1]}";
        string[] usual = ["--data-dir", folder.File("data"), "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}"];
        (string Signature, string[] Arguments)[] cases =
        [
            ("flags-invalid", [.. usual, "--auto-compaction-mode", "hourly"]),
            ("initial-cluster-incomplete", [.. usual, "--name", "other"]),
            ("address-not-available", [.. usual, "--listen-peer-urls", $"http://192.0.2.1:{ports[1]}"]),
        ];
        foreach ((string signature, string[] arguments) in cases)
        {
            ProcessResult result = await EtcdBinaries.RunAsync(etcd.Etcd, arguments, null, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
            Assert.NotEqual(0, result.ExitCode);
            string said = result.Output + "\n" + result.Error;
            Assert.True(Read(said).Found.Any(error => error.Signature == signature), $"{signature}: {said}");
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task SecondEtcd_OnTheSamePortsAndOnDamagedData_LogsKnownErrors(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        EtcdBinaries etcd = server.Binaries;
        string url = server.Url(0);
        using var folder = new TempFolder();
        ProcessResult taken = await EtcdBinaries.RunAsync(etcd.Etcd,
            ["--data-dir", folder.File("data"), "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls",
                $"http://127.0.0.1:{FreePorts.Take(1)[0]}"],
            null, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Contains(Read(taken.Output + "\n" + taken.Error).Found, error => error.Signature == "address-in-use");

        await server.KillAsync(0);
        string wal = Directory.EnumerateFiles(Path.Combine(server.DataDirectory(0), "member", "wal"), "*.wal").Order(StringComparer.Ordinal).First();
        byte[] content = await File.ReadAllBytesAsync(wal, Token);
        content[40] ^= 0xFF; // in the first record, the one with the ids of cluster and member
        await File.WriteAllBytesAsync(wal, content, Token);
        string peer = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        ProcessResult damaged = await EtcdBinaries.RunAsync(etcd.Etcd,
            ["--name", Path.GetFileName(server.DataDirectory(0)), "--data-dir", server.DataDirectory(0), "--listen-client-urls", url,
             "--advertise-client-urls", url, "--listen-peer-urls", peer],
            null, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        string said = damaged.Output + "\n" + damaged.Error;
        Assert.True(Read(said).Found.Any(error => error.Signature is "wal-damaged"), said);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Answers_OfALiveMember_AreExplained(string version)
    {
        await using EtcdServer server =
            await EtcdServer.StartAsync(version, new EtcdServerOptions { Arguments = ["--quota-backend-bytes", "4000000"] });
        using EtcdClient client = server.Connect();

        Assert.Equal("revision-future", await ErrorOfAsync(() => client.Kv.CompactAsync(1_000_000, cancellationToken: Token)));
        Assert.Equal(
            "request-too-large", await ErrorOfAsync(() => client.Kv.PutAsync("large", new string('v', 1_900_000), cancellationToken: Token)));
        await ErrorOfAsync(async () =>
        {
            // etcd learns the size of its database ten times per second, and a fast disk takes hundreds of keys meanwhile.
            for (int i = 0; i < 2_000; i++) await client.Kv.PutAsync($"key{i}", new string('v', 100_000), cancellationToken: Token);
        });
        Assert.Equal("space-quota", await ErrorOfAsync(() => client.Kv.PutAsync("more", "v", cancellationToken: Token)));
        await server.TerminateAsync(0);
        if (version is "3.6" or "3.7") return; // they log the alarm only if a request exceeds the quota when it is applied
        Assert.Contains(Read(server.Log).Found, error => error.Signature == "space-quota");
    }

    private static async Task<string?> ErrorOfAsync(Func<Task> call) =>
        LogDiagnosis.Explain(await Assert.ThrowsAsync<EtcdRpcException>(call))?.Signature;

    private static LogDiagnosis Read(string text)
    {
        var log = new LogDiagnosis();
        foreach (string line in text.Split('\n')) log.Add(line);
        return log;
    }
}
