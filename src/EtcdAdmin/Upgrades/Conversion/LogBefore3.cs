using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>
/// Brings the log of a member back to the form that etcd 2.3 reads, after etcd 3.0 has written to it. Nothing is lost: the records are the same.
/// Without this, a member that went back to 2.3 would have to be removed and added again, as its log has acknowledged writes.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="member">The stopped member, with its data in the new places.</param>
/// <param name="note">The note that move-in.sh made on the host: what is newer was written by etcd 3.0.</param>
internal sealed class LogBefore3(AdminContext context, MemberSpec member, string note)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly IHost _host = context.HostOf(member);

    /// <summary>
    /// Rewrites the segments that etcd 3.0 wrote; each by a rename, so that an interruption leaves each in one form or the other. etcd 3.0 reads
    /// both.
    /// </summary>
    /// <exception cref="StepNotUndoneException">The log is damaged.</exception>
    public async Task BringBackAsync(CancellationToken cancellationToken)
    {
        var script = new HostScript(ConversionScripts.ListNewSegments) { Arguments = [member.WalFolder, note, member.Layout.DataDirectory] };
        string output = await _host.RunRequiredAsync($"look at the log of member {member.Name}", script, cancellationToken).ConfigureAwait(false);
        string[] paths =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(path => WalSegmentName.Parse(NameOf(path)) is not null).Order(StringComparer.Ordinal),
        ];
        if (paths.Length == 0) return;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdadmin-log-"); // only this user can read it
        try
        {
            foreach (string path in paths)
            {
                using FileStream file = File.Create(Path.Combine(folder.FullName, NameOf(path)));
                await _host.GetFileAsync(path, file, cancellationToken).ConfigureAwait(false);
            }

            WalSummary log = WalReader.Read(paths.Select(path => Path.Combine(folder.FullName, NameOf(path))), cancellationToken);
            if (log.Condition is not (WalCondition.Intact or WalCondition.Torn))
                throw new StepNotUndoneException(
                    $"the log of member {member.Name} cannot be brought back to the form of etcd 2.3: {log.Damage}",
                    $"Read the log of etcd ({member.LogPlace}), then run the same command again to continue with etcd 3.0.");
            foreach (string path in paths)
            {
                string unpadded = Path.Combine(folder.FullName, NameOf(path) + ".unpadded");
                using (FileStream from = File.OpenRead(Path.Combine(folder.FullName, NameOf(path))))
                using (FileStream to = File.Create(unpadded))
                    UnpaddedLog.Copy(from, to, NameOf(path) == log.Segment ? log.End : null, cancellationToken);
                var file = new HostFile(path, HostFileContent.FromFile(unpadded), Private)
                {
                    Sha256 = await FileHash.ComputeAsync(unpadded, cancellationToken).ConfigureAwait(false),
                };
                await _host.PutFilesAsync($"write the log of member {member.Name}", [file], cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
