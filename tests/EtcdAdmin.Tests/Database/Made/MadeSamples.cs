using System.Buffers.Binary;
using System.Text;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>Databases with contents in every bucket, generated from snapshots of a real member.</summary>
internal static class MadeSamples
{
    private const int LargestValue = 4096;

    /// <summary>A few hundred revisions with a lease, users, an alarm and a compaction in the middle; some keys were overwritten after it.</summary>
    public static async Task<MadeDatabase> RichAsync(SnapshotLab lab, CancellationToken cancellationToken)
    {
        MadeDatabase keys = MadeDatabase.Of((await lab.GetAsync("3.5", "leases", cancellationToken)).Path, cancellationToken);
        MadeDatabase users = MadeDatabase.Of((await lab.GetAsync("3.5", "authentication", cancellationToken)).Path, cancellationToken);
        MadeDatabase rich = keys with
        {
            Buckets =
            [
                .. keys.Buckets.Select(bucket => IsAuth(bucket)
                    ? users.Buckets.First(other => other.Name.AsSpan().SequenceEqual(bucket.Name))
                    : bucket),
            ],
        };
        byte[] alarm = new AlarmMember { MemberID = 0x8e9e05c52164694d, Alarm = AlarmType.Nospace }.ToByteArray();
        return rich.WithoutLargeValues()
            .With("alarm", alarm, [])
            .With("meta", "scheduledCompactRev"u8.ToArray(), Revision(4))
            .With("meta", "finishedCompactRev"u8.ToArray(), Revision(4))
            .With("meta", "storageVersion"u8.ToArray(), "3.6.0"u8.ToArray());
    }

    /// <summary>Removes records that fill pages of their own.</summary>
    public static MadeDatabase WithoutLargeValues(this MadeDatabase made) => made with
    {
        Buckets =
        [
            .. made.Buckets.Select(bucket => bucket with { Records = [.. bucket.Records.Where(record => record.Value.Length <= LargestValue)] }),
        ],
    };

    /// <summary>Writes the file to disk.</summary>
    public static async Task<string> WriteAsync(this MadeDatabase made, TempFolder folder, CancellationToken cancellationToken)
    {
        string path = folder.File($"{Guid.NewGuid():N}.db");
        await File.WriteAllBytesAsync(path, made.ToBytes(), cancellationToken);
        return path;
    }

    /// <summary>The name of a record for a revision.</summary>
    public static byte[] Revision(long main)
    {
        byte[] revision = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(revision, main);
        revision[8] = (byte)'_';
        return revision;
    }

    private static bool IsAuth(MadeBucket bucket) => Encoding.ASCII.GetString(bucket.Name).StartsWith("auth", StringComparison.Ordinal);
}
