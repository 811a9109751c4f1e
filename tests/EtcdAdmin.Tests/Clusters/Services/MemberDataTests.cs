using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Services;

/// <summary>A member that has joined is not started without its data.</summary>
public sealed class MemberDataTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(8);

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MemberOperator Operator => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Start_MemberWhoseDataWasMovedAway_IsRefusedAndNoAcknowledgedWriteIsLost()
    {
        InstallRequest request = await LocalLab.RequestAsync("d", 3, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(
            await _lab.Installer.PlanAsync(request with { Tuning = new EtcdTuning { SnapshotCount = 5 } }, Token));
        await LocalLab.RunAsync(
            await new MemberRepairer(_lab.Context).PlanAsync(cluster, "d-2", new RepairMemberRequest { Package = request.Package }, Token));
        cluster = await _lab.Context.Profiles.LoadAsync("d", Token);
        MemberSpec[] members = [.. cluster.Spec!.Members.OrderBy(member => member.Name)];
        for (int i = 0; i < 40; i++) await cluster.Client.Kv.PutAsync($"/w/{i}", "x", cancellationToken: Token);
        await Operator.StopAsync(cluster, "d-3", Token);
        for (int i = 0; i < 5; i++) await cluster.Client.Kv.PutAsync($"/late/{i}", "x", cancellationToken: Token);
        foreach (MemberSpec member in members[..2]) await KillAsync(member);
        string data = members[1].Layout.DataDirectory;
        Directory.Move(data, data + ".gone");

        IReadOnlyList<MemberStart> starts = await Operator.StartAsync(cluster, ["d-2", "d-3"], Short, 2, Token);
        Directory.Move(data + ".gone", data);
        await Operator.StartAsync(cluster, ["d-1", "d-2", "d-3"], TimeSpan.FromSeconds(60), 3, Token);

        Assert.Equal((EtcdErrorIds.MemberDataLost, "d-2"), (starts[0].Error!.ErrorId, starts[0].Error!.Target));
        Assert.Contains("Repair-EtcdMember", starts[0].Error!.NextStep, StringComparison.Ordinal);
        Assert.Equal(5, await cluster.Client.Kv.CountAsync(KeyRange.Prefix("/late/"), cancellationToken: Token));
    }

    [Fact]
    public async Task AnyStart_DataThatIsNotComplete_IsRefusedByWhatIsMissingAndARunningMemberIsNotStopped()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0];
        string data = member.Layout.DataDirectory;
        string process = await File.ReadAllTextAsync(member.Layout.PidFile, Token);

        EtcdException restarted = await WithoutAsync(data, () => Operator.RestartAsync(cluster, member.Name, Short, Token));
        EtcdException changed = await WithoutAsync(data, () => new ConfigurationChanger(_lab.Context)
            .PlanAsync(cluster, new ConfigurationRequest { Tuning = new EtcdTuning { SnapshotCount = 77 } }, Token));
        string still = await File.ReadAllTextAsync(member.Layout.PidFile, Token);
        await Operator.StopAsync(cluster, member.Name, Token);
        EtcdException noLog = await WithoutAsync(data + "/member/wal", StartAsync);
        EtcdException noSegment = await WithoutAsync(Directory.GetFiles(data + "/member/wal", "*.wal").Single(), StartAsync);
        EtcdException noDatabase = await WithoutAsync(data + "/member/snap/db", StartAsync);
        EtcdException hidden = await WithoutAsync(
            data + "/member/snap", StartAsync, instead: () => File.WriteAllText(data + "/member/snap", "no folder"));
        await StartAsync();

        Assert.Equal(process, still);
        Assert.All(new[] { restarted, changed, noLog, noSegment, noDatabase }, error => Assert.Equal(EtcdErrorIds.MemberDataLost, error.ErrorId));
        Assert.Contains($"no data in {data}", restarted.Message, StringComparison.Ordinal);
        Assert.Contains($"no write-ahead log in {data}/member/wal", noLog.Message, StringComparison.Ordinal);
        Assert.Equal(noLog.Message, noSegment.Message);
        Assert.Contains($"no database {data}/member/snap/db", noDatabase.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.MemberDataUnreadable, hidden.ErrorId); // what cannot be looked at is not lost
        Assert.Contains("Not a directory", hidden.Message, StringComparison.Ordinal);

        Task StartAsync() => Operator.StartAsync(cluster, member.Name, TimeSpan.FromSeconds(30), Token);
    }

    private async Task KillAsync(MemberSpec member)
    {
        string id = (await File.ReadAllTextAsync(member.Layout.PidFile, Token)).Trim();
        await ProcessRunner.RunAsync(new ProcessCommand("kill", ["-KILL", id]), Token);
        await Poll.UntilAsync(async () => !(await _lab.Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning, Token);
    }

    private static async Task<EtcdException> WithoutAsync(string path, Func<Task> act, Action? instead = null)
    {
        Move(path, path + ".away");
        instead?.Invoke();
        try
        {
            return await Assert.ThrowsAsync<EtcdException>(act);
        }
        finally
        {
            if (instead is not null) File.Delete(path);
            Move(path + ".away", path);
        }
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from)) Directory.Move(from, to);
        else File.Move(from, to);
    }
}
