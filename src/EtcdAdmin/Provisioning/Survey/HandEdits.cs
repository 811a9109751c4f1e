using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using YamlDotNet.Core;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>Finds what was changed by hand in the files of members before they are written anew.</summary>
internal static class HandEdits
{
    private static string ReadScript => ShellScript.Of(typeof(HandEdits), "read-member-files");

    /// <summary>Reads the files of the members whose checksums are not those of what the specification says.</summary>
    /// <param name="context">The surroundings.</param>
    /// <param name="old">The cluster as its profile has it.</param>
    /// <param name="state">What was found on its hosts, and what is wanted.</param>
    /// <param name="members">The members whose files will be written.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
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
        HandEdit?[] found = await HostErrors.WhenAllAsync(members.Select(member => ReadAsync(context, old, member, wanted, cancellationToken))).ConfigureAwait(false);
        return [.. found.OfType<HandEdit>()];
    }

    // A member that was removed while its host could not be reached, and is added again there, still has its files.
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
        string output = await context.HostOf(before).RunRequiredAsync($"read the configuration of member {before.Name}", script, cancellationToken).ConfigureAwait(false);
        string[] files = [.. output.Split('\n').Select(line => Encoding.UTF8.GetString(Convert.FromBase64String(line)))];
        bool config = files[0].Length > 0 && SealedText.IsIntact(files[0]) != true;
        IReadOnlyList<EtcdSettingDrift> settings = config ? Settings(spec, before, wanted, files[0]) : [];
        // An unsealed file with the same settings is what an earlier version wrote.
        config = config && (settings.Count > 0 || SealedText.IsIntact(files[0]) == false);
        IReadOnlyList<string> lines = files[1].Length == 0 ? []
            : new[] { SystemdUnit.Render(old.Name, before), SystemdUnit.RenderEarlier(old.Name, before) }.Select(written => Lines(files[1], written)).MinBy(found => found.Length)!; // one at least
        bool edited = lines.Count > 0 || SealedText.IsIntact(files[1]) == false;
        return config || edited ? new HandEdit(before, settings, config, lines, edited) : null;
    }

    // After a change that was broken off, the file may have been of either specification before it was changed by hand.
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
            return [new EtcdSettingDrift(before.Layout.ConfigFile, "YAML", $"what is not YAML ({e.Message})")];
        }
    }

    private static string[] Lines(string file, string written)
    {
        bool? intact = SealedText.IsIntact(file);
        if (intact == true) return [];
        string[] there = Meaning(file), wanted = Meaning(written);
        // Without a checksum an earlier version may have written less than this one does, so what is missing tells nothing.
        IEnumerable<string> missing = intact is null ? [] : wanted.Except(there).Select(line => "-" + line);
        return [.. there.Except(wanted).Select(line => "+" + line), .. missing];
    }

    private static string[] Meaning(string unit) =>
        [.. unit.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#') && !line.StartsWith(';'))];
}
