using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Snapshots;

namespace EtcdAdmin.Tests.Database;

/// <summary>Which etcd version opens data of which storage version and cluster version, according to etcd's sources.</summary>
public sealed class DataVersionTests
{
    private static readonly SnapshotInfo Info = SnapshotSample.Info;

    [Theory]
    [InlineData("3.7.0", "3.6.13", true)]
    [InlineData("3.8.0", "3.7.1", true)]
    [InlineData("3.7.0", "3.7.1", false)]
    [InlineData("3.6.0", "3.7.1", false)] // migrated when it starts
    [InlineData("3.7.0", "3.5.16", false)] // ignores it
    [InlineData("3.7.0", "3.4.23", false)]
    [InlineData(null, "3.6.13", false)]
    public void RefusalOfRestored_StorageVersionNewerThanAnEtcdThatChecksIt_IsThere(string? storage, string installed, bool refused)
    {
        EtcdException? refusal = DataVersion.RefusalOfRestored(Info with { StorageVersion = storage }, EtcdVersion.Parse(installed));

        Assert.Equal(refused, refusal is not null);
        if (refusal is null) return;
        Assert.Equal((EtcdErrorIds.DataTooNew, Info.Path), (refusal.ErrorId, refusal.Target));
        Assert.Contains($"etcdctl downgrade enable {installed[..3]}", refusal.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.7.0", "3.6.13", true)] // the result of etcdutl migrate
    [InlineData("3.6.0", "3.5.16", false)] // a restore of 3.5 drops the version
    [InlineData("3.6.0", "3.6.13", false)]
    public void RefusalOfRestored_ClusterVersionNewerThanAnEtcdThatKeepsIt_IsThere(string agreed, string installed, bool refused) =>
        Assert.Equal(refused,
        DataVersion.RefusalOfRestored(Info with { StorageVersion = "3.6.0", ClusterVersion = agreed }, EtcdVersion.Parse(installed)) is not null);

    [Theory]
    [InlineData("3.7.0", "3.5.16", true)]
    [InlineData("3.7.0", "3.4.23", true)]
    [InlineData("3.6.0", "3.5.16", false)] // 3.6 itself would write the same
    [InlineData("3.7.0", "3.7.1", false)]
    [InlineData(null, "3.5.16", false)]
    public void Leftover_StorageVersionThatALaterEtcdRefuses_IsTold(string? storage, string installed, bool told) =>
        Assert.Equal(told, DataVersion.Leftover(Info with { StorageVersion = storage }, EtcdVersion.Parse(installed)) is not null);

    [Theory]
    [InlineData("3.6.0", null, "3.5.16", false, true)]
    [InlineData("3.6.0", "3.5.0", "3.5.16", false, false)] // a downgrade in progress
    [InlineData("3.6.0", null, "3.5.16", true, false)] // a restore removes it
    [InlineData("3.5.0", null, "3.5.16", false, false)]
    [InlineData("3.4.0", null, "3.5.16", false, false)]
    public void RefusalOfMember_ClusterVersionNewerThanEtcd_IsThereUnlessRestored(
        string agreed, string? downgrade, string installed, bool isRestored, bool refused) =>
        Assert.Equal(refused,
        DataVersion.RefusalOfMember(Info with
        {
            ClusterVersion = agreed,
            DowngradeTarget = downgrade,
        }, "n1", EtcdVersion.Parse(installed), isRestored) is not null);

    [Theory]
    [InlineData("3.6.0", 7UL, "3.6.0")]
    [InlineData(null, 7UL, "3.5.0")] // as etcd infers it
    [InlineData(null, null, null)]
    public void StorageOf_NotNoted_IsInferredFromTheTerm(string? noted, ulong? term, string? expected) =>
        Assert.Equal(expected, DataVersion.StorageOf(Info with { StorageVersion = noted, Term = term })?.ToString());
}
