using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Reads the v2 keys of a backup in the style of etcd 2: a copy of a data directory with a write-ahead log and raft snapshots, as
/// <c>etcdctl backup</c> makes it, or a tar archive of one.
/// </summary>
internal static class V2Backup
{
    private const string TempPrefix = "etcdadmin-v2-";

    // Far above what a v2 store in memory can be; more counts as an attack on the disk.
    private const long MostBytes = 16L << 30;

    /// <summary>Reads the keys of users, hidden ones included.</summary>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid.</exception>
    public static async Task<V2Node> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string source = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(source)) return await ReadFolderAsync(source, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(source)) throw Failed(EtcdErrorIds.SnapshotNotFound, "the file or folder does not exist");
            DirectoryInfo folder = Directory.CreateTempSubdirectory(TempPrefix);
            try
            {
                await UnpackAsync(source, folder.FullName, cancellationToken).ConfigureAwait(false);
                return await ReadFolderAsync(folder.FullName, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        catch (V2DataException e)
        {
            throw Failed(EtcdErrorIds.SnapshotInvalid, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Failed(EtcdErrorIds.SnapshotInvalid, $"it is neither a folder nor a complete tar archive ({e.Message.TrimEnd('.')})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(EtcdErrorIds.SnapshotUnreadable, e.Message.TrimEnd('.'));
        }

        EtcdException Failed(string id, string finding) => new(id, $"'{source}' cannot be read as a backup in the style of etcd 2: {finding}.")
        {
            Target = source,
            NextStep = "Give the folder of 'etcdctl backup', a copy of a data directory, or a tar archive of one.",
        };
    }

    private static async Task<V2Node> ReadFolderAsync(string folder, CancellationToken cancellationToken)
    {
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        RaftFile[] segments = Named(files, name => WalSegmentName.Parse(name) is not null);
        RaftFile[] snapshots = Named(files, name => RaftSnapshotName.Parse(name) is not null);
        if (segments.Length == 0) throw new V2DataException("it holds no write-ahead log");
        if (segments.Select(file => file.Name).Distinct().Count() < segments.Length) throw new V2DataException("it holds several write-ahead logs");
        var list = new RaftFiles
        {
            SnapFolder = "",
            WalFolder = "",
            Snapshots = [.. snapshots.OrderByDescending(file => file.Name, StringComparer.Ordinal)],
            Segments = [.. segments.OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
        return await new V2DataReader(list, OpenAsync).ReadAsync((snapshot, log, _) =>
        {
            V2Tree store = snapshot?.Store ?? V2Tree.Empty();
            log.ApplyTo(store);
            return store.Keys ?? V2Node.Directory("");
        }, cancellationToken).ConfigureAwait(false);

        async Task OpenAsync(string name, Func<Stream, CancellationToken, Task> read, CancellationToken token)
        {
            var file = new FileStream(
                files.First(path => Path.GetFileName(path) == Path.GetFileName(name)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using (file.ConfigureAwait(false))
            {
                await read(file, token).ConfigureAwait(false);
            }
        }
    }

    private static RaftFile[] Named(string[] files, Func<string, bool> fits) =>
        [.. files.Where(file => fits(Path.GetFileName(file))).Select(file => new RaftFile(Path.GetFileName(file), new FileInfo(file).Length))];

    /// <summary>Takes raft snapshots and segments out of an archive, under their own names; links and folders are ignored.</summary>
    private static async Task UnpackAsync(string source, string folder, CancellationToken cancellationToken)
    {
        var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            bool isPacked = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            Stream content = isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
            await using (content.ConfigureAwait(false))
            {
                var tar = new TarReader(content, leaveOpen: true);
                await using (tar.ConfigureAwait(false))
                {
                    await UnpackAsync(tar, folder, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task UnpackAsync(TarReader tar, string folder, CancellationToken cancellationToken)
    {
        long left = MostBytes;
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            string name = entry.Name[(entry.Name.LastIndexOfAny(['/', '\\']) + 1)..];
            if (entry.DataStream is not { } data || (WalSegmentName.Parse(name) is null && RaftSnapshotName.Parse(name) is null)) continue;
            if ((left -= entry.Length) < 0) throw new InvalidDataException("its unpacked size is larger than a v2 store can be");
            var target = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
            await using (target.ConfigureAwait(false))
            {
                await data.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
