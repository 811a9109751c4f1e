using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>Takes what <see cref="HostSnapshotScripts.Save"/> tells, line by line as it comes.</summary>
/// <param name="grown">Gets how many bytes the file has.</param>
internal sealed class HostSnapshotAnswer(Action<long> grown) : WritingStream
{
    private const int LongestLine = 64 << 10; // a path and a line of JSON

    private readonly List<byte> _line = [];
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    public string Path => Told("path");

    public long Bytes => long.TryParse(Told("bytes"), CultureInfo.InvariantCulture, out long bytes) ? bytes : throw Unclear("bytes");

    public string Sha256 => Told("sha256");

    /// <summary>As <c>uid:gid</c>; null where it belongs to whoever saved it.</summary>
    public string? Owner => Told("owner") is { Length: > 0 } owner ? owner : null;

    /// <summary>What etcd's own tool said.</summary>
    public HostSnapshotStatus Status
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<HostSnapshotStatus>(Told("status"), JsonSerializerOptions.Web) ?? throw Unclear("status");
            }
            catch (JsonException)
            {
                throw Unclear("status");
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte b in buffer)
        {
            if (b == (byte)'\n')
            {
                Take(Encoding.UTF8.GetString([.. _line]));
                _line.Clear();
            }
            else if (_line.Count < LongestLine)
            {
                _line.Add(b);
            }
        }
    }

    private void Take(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return;
        (string name, string value) = (line[..space], line[(space + 1)..].Trim());
        if (name != "size") _told[name] = value;
        else if (long.TryParse(value, CultureInfo.InvariantCulture, out long size)) grown(size);
    }

    private string Told(string name) => _told.TryGetValue(name, out string? value) ? value : throw Unclear(name);

    private static EtcdException Unclear(string name) =>
        new(EtcdErrorIds.HostCommandFailed, $"The host did not tell the {name} of the snapshot that it saved.")
        {
            NextStep = "Save it again; if the host answers like this again, save to this machine instead (without -OnHost).",
        };
}

/// <summary>The answer of <c>snapshot status -w json</c>.</summary>
/// <param name="Hash">See <see cref="SnapshotInfo.Hash"/>.</param>
/// <param name="Revision">The highest one.</param>
/// <remarks>Source: etcd <c>etcdutl/snapshot/v3_snapshot.go</c>, Status; its totalKey counts records up to 3.5 and keys from 3.6 on, so it is left out.</remarks>
internal sealed record HostSnapshotStatus(uint Hash, long Revision);
