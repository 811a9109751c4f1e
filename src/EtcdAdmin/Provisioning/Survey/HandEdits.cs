using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using YamlDotNet.Core;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>Finds changes made by hand in the files of members, before the files are replaced.</summary>
internal static class HandEdits
{
    private static string ReadScript => ShellScript.Of(typeof(HandEdits), "read-member-files");

    /// <summary>Reads the files of the members whose checksums differ from those of the specification.</summary>
    /// <param name="context">The context.</param>
    /// <param name="old">The saved cluster.</param>
    /// <param name="state">The state of the hosts, and the wanted specification.</param>
    /// <param name="members">The members whose files will be written.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<IReadOnlyList<HandEdit>> ReadAsync(
        AdminContext context, EtcdCluster old, InstallState state, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        ClusterSpec spec = old.RequireSpec();
        MemberSpec[] asked = [.. members.Where(member => Differs(old.Name, spec, state, member))];
        return await ReadAsync(context, old, asked, state.Wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the files of members.</summary>
    public static async Task<IReadOnlyList<HandEdit>> ReadAsync(
        AdminContext context, EtcdCluster old, IReadOnlyList<MemberSpec> members, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        HandEdit?[] found =
            await HostErrors.WhenAllAsync(members.Select(member => ReadAsync(context, old, member, wanted, cancellationToken))).ConfigureAwait(false);
        return [.. found.OfType<HandEdit>()];
    }

    // A member that was removed while its host could not be reached still has its files when it is added there again.
    private static MemberSpec? Before(ClusterSpec spec, MemberSpec member) =>
        spec.Members.FirstOrDefault(known => known.Name == member.Name)
        ?? spec.Uncleared?.FirstOrDefault(former => former.HostName == member.HostName && former.Layout.ConfigFile == member.Layout.ConfigFile);

    private static bool Differs(string cluster, ClusterSpec spec, InstallState state, MemberSpec member)
    {
        if (Before(spec, member) is not { } before) return false;
        MemberFacts facts = state.FactsOf(member);
        return (facts.ConfigSha256 is not null && !SealedText.Has(facts.ConfigSha256, EtcdConfiguration.Render(spec, before)))
            || (before.Unit is not null && facts.UnitSha256 is not null && !MemberFiles.IsUnit(facts.UnitSha256, cluster, before)
                && !MemberFiles.IsEarlierUnit(facts.UnitSha256, cluster, before));
    }

    private static async Task<HandEdit?> ReadAsync(
        AdminContext context, EtcdCluster old, MemberSpec member, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        ClusterSpec spec = old.RequireSpec();
        if (Before(spec, member) is not { } before) return null;
        var script = new HostScript(ReadScript) { Arguments = [before.Layout.ConfigFile, before.Unit is { } unit ? SystemdUnit.Path(unit) : ""] };
        string output = await context.HostOf(before)
            .RunRequiredAsync($"read the configuration of member {before.Name}", script, cancellationToken).ConfigureAwait(false);
        string[] files = [.. output.Split('\n').Select(line => Encoding.UTF8.GetString(Convert.FromBase64String(line)))];
        bool config = files[0].Length > 0 && SealedText.IsIntact(files[0]) != true;
        IReadOnlyList<EtcdSettingDrift> settings = config ? Settings(spec, before, wanted, files[0]) : [];
        // A file without a checksum but with the same settings was written by an earlier version.
        config = config && (settings.Count > 0 || SealedText.IsIntact(files[0]) == false);
        IReadOnlyList<string> lines = files[1].Length == 0 ? []
            // One at least.
            : new[] { SystemdUnit.Render(old.Name, before), SystemdUnit.RenderEarlier(old.Name, before) }.Select(written => Lines(files[1], written))
            .MinBy(found => found.Length)!;
        bool edited = lines.Count > 0 || SealedText.IsIntact(files[1]) == false;
        return config || edited ? new HandEdit(before, settings, config, lines, edited) : null;
    }

    // After an interrupted change, the file may be from either specification.
    private static EtcdSettingDrift[] Settings(ClusterSpec old, MemberSpec before, ClusterSpec wanted, string file)
    {
        try
        {
            IReadOnlyDictionary<string, string> actual = FlatSettings.Read(file);
            return wanted.Members.Where(member => member.Name == before.Name).Select(after => EtcdConfiguration.Render(wanted, after))
                .Prepend(EtcdConfiguration.Render(old, before))
                .Select(written => FlatSettings.Differences(FlatSettings.Read(written), actual).ToArray())
                .MinBy(differences => differences.Length)!; // one at least
        }
        catch (YamlException e)
        {
            return [new EtcdSettingDrift(before.Layout.ConfigFile, "YAML", $"text that is not YAML ({e.Message})")];
        }
    }

    private static string[] Lines(string file, string written)
    {
        bool? intact = SealedText.IsIntact(file);
        if (intact == true) return [];
        string[] there = Meaning(file), wanted = Meaning(written);
        // A unit without a checksum is from an earlier version, which may have written fewer lines, so missing lines prove nothing.
        IEnumerable<string> missing = intact is null ? [] : wanted.Except(there).Select(line => "-" + line);
        return [.. there.Except(wanted).Select(line => "+" + line), .. missing];
    }

    private static string[] Meaning(string unit) =>
        [.. unit.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line =>
            !line.StartsWith('#') && !line.StartsWith(';'))];
}
