using System.Security.Cryptography;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules;

/// <summary>The files that a host gets.</summary>
/// <param name="Places">Their paths.</param>
/// <param name="Files">The files.</param>
/// <param name="Present">What the host has now.</param>
internal sealed record ScheduleChange(SchedulePlaces Places, IReadOnlyList<HostFile> Files, ScheduleFacts Present)
{
    /// <summary>Whether the host has other files, or its timer is off.</summary>
    public bool IsNeeded => !Present.IsOn || !Present.FileHashes.SequenceEqual(Files.Select(Hash), StringComparer.Ordinal);

    private static string Hash(HostFile file)
    {
        using Stream content = file.Content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
