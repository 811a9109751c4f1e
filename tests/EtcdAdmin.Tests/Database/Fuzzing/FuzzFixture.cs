using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>A sound database to mutate.</summary>
/// <param name="Content">The database, without a snapshot's checksum at its end.</param>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="InUse">The pages in use, including the meta pages.</param>
internal sealed record FuzzFixture(byte[] Content, int PageSize, IReadOnlyList<int> InUse)
{
    public static FuzzFixture Of(string path, CancellationToken cancellationToken)
    {
        using SnapshotFile file = SnapshotFile.Open(path);
        var walk = new BucketWalk(file.Database);
        while (walk.MoveNext(cancellationToken))
        {
            for (var records = walk.Records(); records.MoveNext(cancellationToken);)
            {
            }
        }

        byte[] content = new byte[file.Database.Length];
        RandomAccess.Read(file.Handle, content, 0);
        int pages = (int)file.Database.Meta.PageCount;
        return new FuzzFixture(
            content, (int)file.Database.Meta.PageSize, [0, 1, .. Enumerable.Range(2, pages - 2).Where(page => walk.Reached.Contains((ulong)page))]);
    }
}
