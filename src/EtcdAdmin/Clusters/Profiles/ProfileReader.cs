using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>What a profile came to.</summary>
/// <param name="Profile">Without its spec where that cannot be used.</param>
/// <param name="SpecError">Why it cannot; null where it can, or there is none.</param>
/// <param name="Warnings">What was healed, is ignored or stands in the way of changes, as sentences.</param>
internal sealed record ProfileReading(ClusterProfile Profile, EtcdException? SpecError, IReadOnlyList<string> Warnings);

/// <summary>Reads a profile and checks all of it: files are edited by hand, copied, and written by other versions.</summary>
/// <param name="name">The cluster's name.</param>
/// <param name="file">Where it is saved.</param>
/// <param name="options">How profiles are read.</param>
internal sealed class ProfileReader(string name, string file, JsonSerializerOptions options)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads it.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: not even the endpoints are known. It names all that is wrong.</exception>
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
        spec?["version"] is JsonValue value && value.TryGetValue(out string? text) && EtcdVersion.TryParse(text, out EtcdVersion version) ? version : null;

    private JsonObject Parse(byte[] content)
    {
        try
        {
            // With the mark that Windows editors put first.
            ReadOnlySpan<byte> text = content;
            if (text.StartsWith("\uFEFF"u8)) text = text[3..];
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject
                ?? throw Refusal("cannot be read: it holds something else than a cluster", NextStep);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw Refusal($"cannot be read: it is not correct JSON{place}: {e.Message}", NextStep, e);
        }
    }

    private void CheckFormat(JsonObject root)
    {
        if (root["format"] is not JsonValue value || !value.TryGetValue(out int format) || format <= ClusterProfile.CurrentFormat) return;
        throw Refusal(string.Create(CultureInfo.InvariantCulture, $"cannot be read: a newer version of EtcdAdmin has written it (format {format})"), "Update EtcdAdmin on this machine.");
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
        problems.Count == 1 ? $"cannot be used: {problems[0].Text}" : "cannot be used:" + string.Concat(problems.Select(problem => $"\n  {problem.Text}")), NextStep);

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

    private const string NextStep = "Correct these entries in the file, or put back a copy of it. What a member really has is in etcd.conf.yml on its host.";

    private EtcdException Refusal(string problem, string nextStep, Exception? cause = null) => new(
        EtcdErrorIds.ProfileInvalid, $"The profile of cluster '{name}' ({file}) {problem.TrimEnd('.')}.", cause)
    {
        Target = file,
        NextStep = nextStep,
    };
}
