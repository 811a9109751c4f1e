using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Packages;
using EtcdAdmin.Hosts;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>What a host finds of a store before anything is changed.</summary>
public sealed class StoreReachTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly S3Server _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ProblemAsync_StoreAnswers_IsNoneAndNothingIsWrittenThere()
    {
        Assert.Null(await ProblemAsync("backups", S3Server.SecretKey));

        Assert.Equal("GET /backups/etcd/etcdadmin-check", Assert.Single(_store.Requests));
    }

    [Theory]
    [InlineData("backups", "wrong", EtcdErrorIds.PermissionDenied, "it answers 403 SignatureDoesNotMatch")]
    [InlineData("no-such-bucket", S3Server.SecretKey, EtcdErrorIds.TransferFailed, "it answers 404 NoSuchBucket")]
    public async Task ProblemAsync_StoreRefuses_SaysWhyAndTheNextStep(string bucket, string secret, string id, string reason)
    {
        EtcdException? error = await ProblemAsync(bucket, secret);

        Assert.Equal((id, $"s3://{bucket}/etcd/"), (error?.ErrorId, error?.Target));
        Assert.StartsWith($"s3://{bucket}/etcd/ is not to be had for n1: {reason}", error!.Message, StringComparison.Ordinal); // it has just been compared
        Assert.NotNull(error.NextStep);
        Assert.DoesNotContain(secret, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProblemAsync_NobodyListens_SaysSo()
    {
        await _store.DisposeAsync();

        EtcdException? error = await ProblemAsync("backups", S3Server.SecretKey);

        Assert.Equal(EtcdErrorIds.TransferFailed, error?.ErrorId);
        Assert.Contains("it cannot be reached: ", error!.Message, StringComparison.Ordinal); // it has just been compared
    }

    [Theory]
    [InlineData("curl 7.81.0 (x86_64-pc-linux-gnu) libcurl/7.81.0", "curl=its curl is 7.81\n")]
    [InlineData("curl 7.87.0 (x86_64-pc-linux-gnu) libcurl/7.87.0", "")]
    [InlineData("curl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0", "")]
    [InlineData("curl 10.0.0-DEV (x86_64-pc-linux-gnu) libcurl/10.0.0-DEV", "")]
    public async Task Reach_CurlOfSomeVersion_IsRefusedWhereItCannotSign(string version, string problem)
    {
        string curl = _folder.File("curl");
        await File.WriteAllTextAsync(curl, $"#!/bin/sh\ncase $* in *--version*) echo '{version}' ;; *) printf '\\n200' ;; esac\n", Stop);
        File.SetUnixFileMode(curl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal(problem, await ReachAsync($"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}"));
    }

    [Fact]
    public async Task Reach_NoCurl_SaysSo() => Assert.Equal("curl=it has no curl\n", await ReachAsync(_folder.Path));

    private static async Task<string> ReachAsync(string path)
    {
        var command = new ProcessCommand("/bin/sh", ["-c", ScheduleScripts.Reach, "sh", "http://127.0.0.1:9/"])
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = path },
        };
        return (await ProcessRunner.RunAsync(command, Stop)).Output;
    }

    private Task<EtcdException?> ProblemAsync(string bucket, string secret)
    {
        Assert.SkipUnless(ProgramPath.Find("curl") is not null, "curl is not on PATH, which hosts copy to stores with; install it.");
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "n1",
            Address = "127.0.0.1",
            ClientPort = 1,
            PeerPort = 1,
            Directory = _folder.Path,
            BinDirectory = _folder.Path,
        };
        var schedule = new SnapshotSchedule
        {
            Times = ScheduleTimes.Every(TimeSpan.FromHours(1)),
            Store = new S3Location(bucket, "etcd/"),
            StoreOptions = new S3Options { Endpoint = _store.Endpoint, Credential = new EtcdCredential(S3Server.AccessKey, secret) },
        };
        var context = new AdminContext(new EtcdAdminHome(_folder.Path));
        return StoreReach.ProblemAsync(context, new SchedulePlaces("prod", member), ScheduleStore.Of(schedule)!, Stop); // there is a store
    }
}
