using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>The progress of a move, as the host shows it.</summary>
internal enum MoveStage
{
    /// <summary>The member's data is in the old place. An existing copy is not trusted.</summary>
    Begin,

    /// <summary>The old data has been moved aside, but the configuration still names its place: only the switch was interrupted.</summary>
    Switch,

    /// <summary>The configuration names the new place, and the data is there.</summary>
    Done,
}

/// <summary>The decisions of a move.</summary>
/// <param name="Before">The cluster before the move.</param>
/// <param name="After">The cluster with the member in its new place.</param>
/// <param name="Old">The member as it is on its host.</param>
/// <param name="New">The member in its new place.</param>
/// <param name="Stage">The progress of the move.</param>
internal sealed record MovePlan(EtcdCluster Before, EtcdCluster After, MemberSpec Old, MemberSpec New, MoveStage Stage)
{
    /// <summary>Whether only the start and the proof are left.</summary>
    public bool IsDone => Stage == MoveStage.Done;

    /// <summary>The folder that holds the old data.</summary>
    public string OldDirectory => Old.Directory;

    /// <summary>The old data.</summary>
    public string OldData => Old.Layout.DataDirectory;

    /// <summary>The copy while it is made.</summary>
    public string Copy => $"{New.Directory}/{MoveScripts.CopyName}";

    /// <summary>Whether the profile still has another place.</summary>
    public bool ProfileDiffers => Before.RequireSpec().Members.First(member => member.Name == New.Name) is var saved
        && (saved.Directory != New.Directory || saved.Volume != New.Volume);

    /// <summary>Whether the configuration or unit on the host differs from the wanted one.</summary>
    public bool FilesDiffer(MoveFacts facts) => !MemberFiles.IsConfig(facts.ConfigSha256, After.RequireSpec(), New)
        || !MemberFiles.IsUnit(facts.UnitSha256, Before.Name, New);
}
