import * as z from "zod";
import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { listRecords } from "../listing/records.ts";
import { groupCollection } from "../listing/groups.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { nearest } from "../nearest.ts";
import { defineTool } from "../tool.ts";
import { type Collection, collections } from "../xo/routes.ts";

/** What is shown of each when the caller names no fields, and in which order if not by name. */
const standards: Record<Collection, { fields: string; sort?: string }> = {
  alarms: { fields: "id,name,body,object,time", sort: "-time" },
  "backup-jobs": { fields: "id,name,type,mode", sort: "name" },
  "backup-logs": { fields: "id,jobName,jobId,message,status,start,end", sort: "-start" },
  "backup-repositories": { fields: "id,name,enabled", sort: "name" },
  groups: { fields: "id,name", sort: "name" },
  hosts: { fields: "id,name_label,address,version,power_state,enabled" },
  messages: { fields: "id,name,body,$object,time", sort: "-time" },
  networks: { fields: "id,name_label,bridge,MTU" },
  pbds: { fields: "id,host,SR,attached", sort: "host" },
  pcis: { fields: "id,pci_id,class_name,device_name,$host", sort: "$host" },
  pgpus: { fields: "id,pci,dom0Access,isSystemDisplayDevice,$host", sort: "$host" },
  pifs: { fields: "id,device,vlan,attached,carrier,speed,ip,$host,$network", sort: "$host" },
  pools: { fields: "id,name_label,master,HA_enabled" },
  proxies: { fields: "id,name,version,vmUuid", sort: "name" },
  "restore-logs": { fields: "id,status,start,end", sort: "-start" },
  schedules: { fields: "id,name,jobId,cron,timezone,enabled", sort: "name" },
  servers: { fields: "id,label,host,status,enabled,poolNameLabel", sort: "label" },
  sms: { fields: "id,SM_type,name_label,$pool" },
  srs: { fields: "id,name_label,SR_type,shared,size,physical_usage" },
  tasks: { fields: "id,properties.name,properties.type,status,start,end", sort: "-start" },
  users: { fields: "id,name,permission", sort: "name" },
  vbds: { fields: "id,VM,VDI,device,attached,is_cd_drive", sort: "VM" },
  "vdi-snapshots": { fields: "id,name_label,snapshot_time,size,usage,$snapshot_of,$SR" },
  vdis: { fields: "id,name_label,size,usage,$SR" },
  vifs: { fields: "id,device,MAC,attached,$network,$VM", sort: "$VM" },
  "vm-controllers": { fields: "id,name_label,power_state,memory.size,$container" },
  "vm-snapshots": { fields: "id,name_label,snapshot_time,$snapshot_of", sort: "-snapshot_time" },
  "vm-templates": { fields: "id,name_label,CPUs.number,memory.size,$pool" },
  vms: { fields: "id,name_label,power_state,CPUs.number,memory.size" },
};

export const queryObjects = defineTool({
  name: "query_objects",
  title: "Query any collection",
  description:
    "XO's own records of any collection, in XO's own field names and units, without secrets; group_by counts them by a field (power_state, $host, tags). For what no other tool answers: those join names and judge.",
  input: z.strictObject({
    collection: z.enum(collections, { error: unknownCollection }).describe("What to read"),
    group_by: z.string().min(1).optional().describe("Count by this field; dots go down"),
    ...listInput("a few of each collection"),
  }),
  output: listOutput.extend({
    objects: z.number().optional().describe("With group_by: objects counted"),
  }),
  examples: [
    { collection: "vms", group_by: "power_state" },
    { collection: "pbds" },
    { collection: "tasks" },
  ],
  needs: ({ collection }) => ({ parts: { items: [collection], objects: [collection] } }),
  async run({ collection, group_by, ...input }, context) {
    if (group_by !== undefined) {
      const { fields, ...rest } = input;
      if (fields === undefined) return groupCollection(context, collection, group_by, rest);
      throw new XoError(
        "usage",
        say`query_objects: with group_by there are values and counts, and no fields.`,
        say`Leave out one of the two.`,
      );
    }
    const { fields, sort } = standards[collection];
    const source = { collection, fields: fields.split(","), ...(sort && { sort }) };
    return listRecords(context, source, input);
  },
});

function unknownCollection({ input }: { input?: unknown }): string {
  const meant = nearest(String(input), collections);
  return `there is no collection ${JSON.stringify(input)}${
    meant === undefined ? "." : `; did you mean ${meant}?`
  } There are: ${collections.join(", ")}`;
}
