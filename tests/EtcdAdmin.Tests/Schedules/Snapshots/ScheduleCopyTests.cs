using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Snapshots.Remote;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What the hosts' script copies to a store: with the script, curl and etcd as they are, and a store that checks every signature.</summary>
public sealed partial class ScheduleCopyTests : IAsyncLifetime
{
    private const string Place = "s3://backups/etcd/prod/";
    private const string Folder = "/backups/etcd/prod/";

    private readonly TempFolder _folder = new();
    private S3Server _store = new();
    private EtcdServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private S3Options Options => new() { Endpoint = _store.Endpoint, Credential = new EtcdCredential(S3Server.AccessKey, S3Server.SecretKey) };

    public async ValueTask InitializeAsync() => _server = await EtcdServer.StartAsync("3.5");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_ThereIsAStore_HasWhatCopyFindsAndVerifies()
    {
        ScheduleHost host = AddHost("n1");

        ProcessResult result = await host.RunAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        string snapshot = Assert.Single(host.Snapshots);
        string name = Path.GetFileName(snapshot);
        string[] sent = [.. _store.Requests.Where(request => request.StartsWith("PUT ", StringComparison.Ordinal))];
        Assert.Equal([$"PUT {Folder}{name}", $"PUT {Folder}{name}.json"], sent); // the notes last
        Assert.Equal(("taken", "0"), (host.State("last_result"), host.State("last_unsent")));
        Assert.NotNull(host.State("last_sent"));
        Assert.True(S3Location.TryParse(Place, out S3Location? place));
        S3Location found = Assert.Single(await SnapshotCopier.ListAsync(place, Options, Stop));
        EtcdRemoteSnapshot down = await new SnapshotCopier(Context).DownloadAsync(found, _folder.File("down"), Options, null, Stop);
        Assert.True(down is { Verified: true, HasManifest: true });
        Assert.Equal(await File.ReadAllBytesAsync(snapshot, Stop), await File.ReadAllBytesAsync(down.Path!, Stop));
        Assert.Equal(await File.ReadAllBytesAsync(snapshot + ".json", Stop), await File.ReadAllBytesAsync(down.Path + ".json", Stop));

        // It has gone: neither the next run nor Copy-EtcdSnapshot sends it again.
        await host.RunAsync();
        await new SnapshotCopier(Context).UploadAsync(snapshot, Place, Options, null, Stop);
        Assert.Equal(2, _store.Requests.Count(request => request.StartsWith("PUT ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_ThereIsAStore_TellsItsKeysToNobodyElse()
    {
        ScheduleHost host = AddHost("n1");

        ProcessResult result = await host.RunAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        string[] secrets = [S3Server.AccessKey, S3Server.SecretKey];
        string said = host.CommandLines + result.Output + result.Error + string.Concat(Directory.GetFiles(host.StateFolder).Select(File.ReadAllText));
        Assert.Contains("--upload-file", host.CommandLines, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^printf ", host.CommandLines); // the shell's own has no command line
        // Nor what is computed from them, in whatever digits.
        Assert.DoesNotMatch(@"(?i)[0-9a-f]{40}|(\\[0-3][0-7]{2}){2}|Signature", host.CommandLines);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.Contains(secret, File.ReadAllText(host.Keys), StringComparison.Ordinal));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(host.Keys));
    }

    [Fact]
    public async Task Run_StoreIsGoneForAWhile_KeepsAllAndCopiesItWhenTheStoreIsBack()
    {
        ScheduleHost host = AddHost("n1", keep: 1);
        await _store.DisposeAsync();

        ProcessResult first = await host.RunAsync();
        ProcessResult second = await host.RunAsync();

        Assert.Equal((1, 1), (first.ExitCode, second.ExitCode)); // the second took none, as one is done
        Assert.Equal(("failed", "1"), (host.State("last_result"), host.State("last_unsent")));
        Assert.StartsWith(
            $"1 of its snapshots could not be copied to {Place} and are only on this host: it cannot be reached: ", host.State("last_error"),
                StringComparison.Ordinal);
        Assert.Equal(Assert.Single(host.Snapshots), host.State("last_path"));

        // No rule keeps the first one now, but nobody else has it.
        await host.RunAsync(request: "now");
        string[] kept = host.Snapshots;
        Assert.Equal((2, "2"), (kept.Length, host.State("last_unsent")));

        _store = new S3Server(_store.Endpoint);
        ProcessResult back = await host.RunAsync();

        Assert.True(back.ExitCode == 0, back.Error);
        Assert.Equal("0", host.State("last_unsent"));
        Assert.Equal(kept.SelectMany(path => new[] { path, path + ".json" })
            .Select(path => Folder + Path.GetFileName(path)), _store.Objects.Keys.Order(StringComparer.Ordinal));

        // Then the rules hold again.
        await host.RunAsync(request: "now");
        Assert.Single(host.Snapshots);
    }

    [Fact]
    public async Task Run_EtcdIsDead_CopiesWhatIsLeftAllTheSame()
    {
        ScheduleHost host = AddHost("n1");
        await _store.DisposeAsync();
        await host.RunAsync();
        await _server!.StopAsync(); // it was started
        _store = new S3Server(_store.Endpoint);

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not answer", host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal(2, _store.Objects.Count);
    }

    [Fact]
    public async Task Run_SomebodyWaitsForTheFirst_LeavesTheOthersToTheNextRun()
    {
        ScheduleHost before = AddHost("n1", store: false);
        await before.RunAsync();
        ScheduleHost host = AddHost("n1");

        await host.RunAsync(request: "now");
        int first = _store.Objects.Count;
        string? left = host.State("last_unsent");
        await host.RunAsync();

        Assert.Equal((2, "1", 4, "0"), (first, left, _store.Objects.Count, host.State("last_unsent")));
    }

    [Theory]
    [InlineData("AKIDOTHER", S3Server.SecretKey, "it answers 403 InvalidAccessKeyId")]
    [InlineData(S3Server.AccessKey, "tr\"ou\\ble", "it answers 403 SignatureDoesNotMatch")]
    public async Task Run_KeysAreWrong_SaysWhatTheStoreSaysAndNotTheKeys(string access, string secret, string reason)
    {
        ScheduleHost host = AddHost("n1", options: Options with { Credential = new EtcdCredential(access, secret) });

        ProcessResult check = await host.RunAsync(request: "check");
        ProcessResult result = await host.RunAsync();

        Assert.Equal((1, 1), (check.ExitCode, result.ExitCode));
        Assert.Contains($"{Place} is not available: {reason}", check.Error, StringComparison.Ordinal);
        Assert.Contains(reason, host.State("last_error"), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, host.CommandLines + check.Error + result.Error + host.State("last_error"), StringComparison.Ordinal);
        Assert.Empty(_store.Objects);
        Assert.Single(host.Snapshots);
    }

    [Theory]
    [MemberData(nameof(StoreSignatureTests.Shells), MemberType = typeof(StoreSignatureTests))]
    public async Task Run_AnyShell_CopiesIt(string shell)
    {
        string[] command = StoreSignatureTests.Installed(shell);
        ScheduleHost host = AddHost("n1");

        ProcessResult result = await host.RunAsync(shell: command);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(2, _store.Objects.Count);
    }

    [Fact]
    public async Task Run_CurlIsGone_TakesItAllTheSameAndSaysSo()
    {
        ScheduleHost host = AddHost("n1");
        string bin = Directory.CreateDirectory(_folder.File("bin")).FullName;
        foreach (string program in new[]
        {
            "cat", "chmod", "cut", "date", "df", "grep", "head", "id", "mv", "od", "rm", "sed", "sh", "sha256sum", "sleep", "sort", "sync", "tail",
            "touch", "tr", "uname", "wc",
        })
            File.CreateSymbolicLink(Path.Combine(bin, program), ProgramPath.Find(program)!); // they are everywhere

        ProcessResult result = await host.RunAsync(shell: ["/usr/bin/env", $"PATH={bin}", ProgramPath.Find("sh")!]); // it is everywhere

        Assert.Equal(1, result.ExitCode);
        Assert.Single(host.Snapshots);
        Assert.EndsWith("are only on this host: this host has no curl", host.State("last_error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ClockIsWrong_SaysWhatTheStoreSays()
    {
        ScheduleHost host = AddHost("n1");
        await File.WriteAllTextAsync(
            Path.Combine(host.Tools, "date"), $"#!/bin/sh\nexec '{ProgramPath.Find("date")}' -d '1 hour ago' \"$@\"\n", Stop);

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it answers 403 RequestTimeTooSkewed", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_StoreTakesIt_LeavesNothingThere()
    {
        ScheduleHost host = AddHost("n1");

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(_store.Requests, request => request.StartsWith($"PUT {Folder}etcdadmin-check-", StringComparison.Ordinal));
        Assert.Empty(_store.Objects);
        Assert.Empty(host.Snapshots);
    }

    [Fact]
    public async Task Check_KeysMayRemoveNothing_IsWellAllTheSame()
    {
        ScheduleHost host = AddHost("n1");
        _store.Forbidden = "DELETE";

        await host.RunAsync(request: "check");
        ProcessResult again = await host.RunAsync(request: "check");

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(2, _store.Objects.Count); // each under a name of its own, or nothing would be tried again
        Assert.Empty(await SnapshotCopier.ListAsync(new S3Location("backups", "etcd/prod/"), Options, Stop)); // it is not a snapshot
    }

    [Theory]
    [InlineData("GET", "s3://backups/etcd/prod/ is not available: it answers 403 AccessDenied")]
    [InlineData("PUT", "nothing can be copied to s3://backups/etcd/prod/: it answers 403 AccessDenied")]
    [InlineData("HEAD", "what is in s3://backups/etcd/prod/ cannot be read: it answers 403")]
    public async Task Check_KeysMayDoTooLittle_SaysWhat(string method, string reason)
    {
        ScheduleHost host = AddHost("n1");
        _store.Forbidden = method;

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SomethingElseHasItsName_StaysAsItIs()
    {
        ScheduleHost host = AddHost("n1");
        await _store.DisposeAsync();
        await host.RunAsync();
        string name = Path.GetFileName(Assert.Single(host.Snapshots));
        _store = new S3Server(_store.Endpoint);
        _store.Objects[Folder + name] = new StoredObject("precious"u8.ToArray(), []);

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith($"it has something else that is called {name}; another cluster may copy there too: give each cluster a prefix of its own",
            host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal("precious"u8.ToArray(), Assert.Single(_store.Objects).Value.Content);
    }

    [Fact]
    public async Task Run_AnswerIsLost_FindsThatItIsThere()
    {
        ScheduleHost host = AddHost("n1");
        _store.LostAnswers = 1;

        ProcessResult lost = await host.RunAsync();
        ProcessResult next = await host.RunAsync();

        Assert.Equal((1, 0), (lost.ExitCode, next.ExitCode));
        Assert.Equal(2, _store.Objects.Count);
        Assert.Single(_store.Requests, request => request.StartsWith("PUT ", StringComparison.Ordinal)
            && request.EndsWith(".db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ChangedAfterItWasVerified_IsNotCopied()
    {
        ScheduleHost host = AddHost("n1");
        await _store.DisposeAsync();
        await host.RunAsync();
        await using (FileStream file = File.OpenWrite(Assert.Single(host.Snapshots)))
        {
            file.Position = 9000;
            file.WriteByte((byte)'x');
        }

        _store = new S3Server(_store.Endpoint);
        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(".db was changed after it had been verified", host.State("last_error"), StringComparison.Ordinal);
        Assert.Empty(_store.Requests);
    }

    [Fact]
    public async Task Run_LargerThanAStoreTakesAtOnce_SaysSoAndCopiesTheOthers()
    {
        ScheduleHost host = AddHost("n1");
        await host.RunAsync();
        string large = Path.Combine(host.Folder, "etcd-snapshot-2026-01-31-04.00.00.db");
        await using (FileStream file = File.Create(large)) file.SetLength((5L << 30) + 1); // takes no room
        File.Copy(host.Snapshots[^1] + ".json", large + ".json");

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("etcd-snapshot-2026-01-31-04.00.00.db is larger than 5 GiB", host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal((2, "1"), (_store.Objects.Count, host.State("last_unsent")));
    }

    [Fact]
    public async Task Run_DiskIsNearlyFull_LetsTheOldestGoThatNoRuleKeeps()
    {
        ScheduleHost host = AddHost("n1", keep: 1);
        await using SmallDisk disk = await SmallDisk.MountAsync(host.Folder, kilobytes: 80_000);
        await _store.DisposeAsync();
        await host.RunAsync(request: "now");
        string first = Assert.Single(host.Snapshots);
        // There is room for one more with its reserve of 64 MB, but not for a tenth of the disk beside it.
        await ProcessRunner.RunAsync(
            new ProcessCommand("dd", ["if=/dev/zero", "bs=1k", "count=10000", "of=" + Path.Combine(host.Folder, "filler")]), Stop);

        ProcessResult result = await host.RunAsync(request: "now");

        Assert.Contains($"removed {first}, which {Place} has not got", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(first, host.Snapshots);
        Assert.Equal(host.State("last_path"), Assert.Single(host.Snapshots));
    }

    [Fact]
    public async Task Run_CertificateOfTheStoreIsNobodys_SendsItNothing()
    {
        using var authority = CertificateAuthority.Create("store");
        IssuedCertificate issued = authority.Issue(CertificateSpec.Server("store", "127.0.0.1"));
        using X509Certificate2 pem = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> heard = HearAsync(listener, pem);
        var endpoint = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        ScheduleHost host = AddHost("n1", options: Options with { Endpoint = endpoint });

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("it cannot be reached: .*certificate", host.State("last_error"));
        Assert.Equal("", await heard);
    }

    private static AdminContext Context => new(new EtcdAdminHome(Path.GetTempPath()));

    private ScheduleHost AddHost(string name, bool store = true, int keep = 7, S3Options? options = null) => new(
        _folder.File(name), name, _server!, new RetentionRules { Keep = keep }, store: store
            ? new S3Location("backups", "etcd/prod")
            : null, options: store ? options ?? Options : null);

    /// <summary>What somebody says to a server after having seen its certificate.</summary>
    private static async Task<string> HearAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Stop);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate, false, false);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync(Stop) ?? "";
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return "";
        }
    }
}
