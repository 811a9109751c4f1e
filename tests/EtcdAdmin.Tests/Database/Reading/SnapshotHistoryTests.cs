using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Tests.Database.Hashes;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Reading;

/// <summary>Snapshots contain the keys that etcdctl read at the time of the save, and at earlier revisions the keys that it read earlier.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotHistoryTests(SnapshotLab lab)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task ReadAsync_EveryStageAtEveryRetainedRevision_IsWhatEtcdctlGot(string version)
    {
        var earlier = new List<LabSnapshot>();
        int read = 0;
        foreach (string stage in SnapshotLab.Stages)
        {
            LabSnapshot snapshot = await lab.GetAsync(version, stage, Stop);
            long compacted = (await SnapshotInspector.InspectAsync(snapshot.Path, null, Stop)).CompactRevision;
            Assert.Equal(snapshot.Contents, await ReadAsync(snapshot, revision: null));
            foreach (LabSnapshot past in earlier.Where(past => past.Revision >= compacted))
            {
                Assert.Equal(past.Contents, await ReadAsync(snapshot, past.Revision));
                read++;
            }

            earlier.Add(snapshot);
        }

        Assert.True(read >= 18, $"Only {read} revisions of the past were read.");
    }

    private static async Task<string> ReadAsync(LabSnapshot snapshot, long? revision)
    {
        List<EtcdKeyValue> keys = await SnapshotKeyReader.ReadAsync(snapshot.Path, new SnapshotKeyQuery { Revision = revision }, Stop).ToListAsync(
            Stop);
        return KeyDigest.Of(keys);
    }
}
