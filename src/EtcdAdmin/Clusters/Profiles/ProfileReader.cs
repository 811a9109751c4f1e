using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The result of reading a profile.</summary>
/// <param name="Profile">The profile, without its specification if that cannot be used.</param>
/// <param name="SpecError">Why the specification cannot be used; null if it can, or if there is none.</param>
/// <param name="Warnings">Values that were converted or ignored, or that block changes, as sentences.</param>
internal sealed record ProfileReading(ClusterProfile Profile, EtcdException? SpecError, IReadOnlyList<string> Warnings);

/// <summary>Reads a profile and checks all of it: profiles may be edited by hand, copied, or written by other versions.</summary>
/// <param name="name">The cluster's name.</param>
/// <param name="file">Its file.</param>
/// <param name="options">The JSON options for profiles.</param>
internal sealed class ProfileReader(string name, string file, JsonSerializerOptions options)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads it.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: the endpoints are not known. The message lists all problems.</exception>
    public ProfileReading Read(byte[] content)
    {
        JsonObject root = Parse(content);
        CheckFormat(root);
        var spec = root[ProfileProblem.Spec] as JsonObject;
        var tuning = new ProfileTuning(options, VersionOf(spec));
        if (spec?["tuning"] is JsonObject settings) tuning.Heal(settings, "spec.tuning");
        var shape = new ProfileShape(options);
        shape.Check(root, typeof(ClusterProfile), "");
        string[] healed = [.. tuning.Warnings, .. shape.Warnings];
        if (shape.Problems.Count > 0) return WithoutSpec(root, shape.Problems, healed);
        ClusterProfile profile = Deserialize(root);
        ProfileProblem[] problems = [.. ProfileRules.Check(profile, name)];
        if (problems.Length > 0) return WithoutSpec(root, problems, healed);
        if (profile.Spec is not { } saved) return new ProfileReading(profile, null, healed);
        ClusterSpec usable = SettingHealing.Heal(saved);
        return new ProfileReading(profile with { Spec = usable }, null,
            [.. healed, .. SettingHealing.Describe(saved.Tuning, usable.Tuning), .. KeptSettings.Warnings(name, usable)]);
    }

    private static EtcdVersion? VersionOf(JsonObject? spec) =>
        spec?["version"] is JsonValue value && value.TryGetValue(out string? text) && EtcdVersion.TryParse(text, out EtcdVersion version)
        ? version
        : null;

    private JsonObject Parse(byte[] content)
    {
        try
        {
            // With the byte order mark that Windows editors write.
            ReadOnlySpan<byte> text = content;
            if (text.StartsWith("\uFEFF"u8)) text = text[3..];
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject
                ?? throw Refusal("cannot be read: it is not a cluster profile", NextStep);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw Refusal($"cannot be read: it is not valid JSON{place}: {e.Message}", NextStep, e);
        }
    }

    private void CheckFormat(JsonObject root)
    {
        if (root["format"] is not JsonValue value || !value.TryGetValue(out int format) || format <= ClusterProfile.CurrentFormat) return;
        string newer = string.Create(CultureInfo.InvariantCulture,
            $"cannot be read: it was written by a newer version of EtcdAdmin (format {format})");
        throw Refusal(newer, "Update EtcdAdmin on this machine.");
    }

    private ProfileReading WithoutSpec(JsonObject root, IReadOnlyList<ProfileProblem> problems, IReadOnlyList<string> warnings)
    {
        if (problems.Any(problem => !problem.IsOfSpec)) throw Unusable(problems);
        root.Remove(ProfileProblem.Spec);
        ClusterProfile rest = Deserialize(root);
        ProfileProblem[] others = [.. ProfileRules.Check(rest, name)];
        if (others.Length > 0) throw Unusable([.. others, .. problems]);
        return new ProfileReading(rest, Unusable(problems), warnings);
    }

    private EtcdException Unusable(IReadOnlyList<ProfileProblem> problems) => Refusal(
        problems.Count == 1
            ? $"cannot be used: {problems[0].Text}"
            : "cannot be used:" + string.Concat(problems.Select(problem => $"\n  {problem.Text}")), NextStep);

    private ClusterProfile Deserialize(JsonObject root)
    {
        try
        {
            return root.Deserialize<ClusterProfile>(options)!; // an object is never null
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Refusal($"cannot be read: {e.Message}", NextStep, e);
        }
    }

    private const string NextStep = "Correct the file, or restore a copy of it. The actual settings of a member are in etcd.conf.yml on its host.";

    private EtcdException Refusal(string problem, string nextStep, Exception? cause = null) => new(
        EtcdErrorIds.ProfileInvalid, $"The profile of cluster '{name}' ({file}) {problem.TrimEnd('.')}.", cause)
    {
        Target = file,
        NextStep = nextStep,
    };
}
