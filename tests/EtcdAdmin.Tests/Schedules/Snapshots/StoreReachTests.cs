using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Tests.Snapshots.Remote;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

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
        // It has just been compared.
        Assert.StartsWith($"s3://{bucket}/etcd/ is not available for n1: {reason}", error!.Message, StringComparison.Ordinal);
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
    [InlineData("q\"u'o`t$e\\n/+= s%d\\\\")]
    [InlineData(" spaces at both ends ")]
    [InlineData("access_key=secret_key=")]
    [InlineData("a secret that is longer than the sixty-four bytes of a block of SHA-256")]
    public async Task ProblemAsync_AnySecret_SignsWithIt(string secret)
    {
        _store.Secret = secret;

        Assert.Null(await ProblemAsync("backups", secret));
    }

    [Fact]
    public async Task Reach_NoCurl_SaysSo() => Assert.Equal("lacks=this host has no curl\n", await ReachAsync(_folder.Path));

    private static async Task<string> ReachAsync(string path)
    {
        var command = new ProcessCommand("/bin/sh", ["-c", StoreReach.Reach, "sh", "http://127.0.0.1:9/", "us-east-1"])
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
        // There is a store.
        return StoreReach.ProblemAsync(context, new MemberPlaces("prod", member, ScheduleKind.Snapshot), ScheduleStore.Of(schedule)!, Stop);
    }
}
